"""Reports of telephone exchanges in the shapes in which they come, and in those in which they should not."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import IntegrationError
from app.integrations.telephony import READERS, CallEvent, Phase, SignatureError, Way, Webhook
from tests.factories.telephony import NOON, SECRET, STAMP, generic, mango, zadarma

MOSCOW = ZoneInfo("Europe/Moscow")


def read(provider: str, **request: Any) -> CallEvent | None:
    given_ = {"body": b"", "form": {}, "headers": {}, "secret": SECRET, "now": NOON, "zone": MOSCOW}
    return READERS[provider](Webhook(**given_ | request))


# --- Our own shape --------------------------------------------------------------------------------------------------


def read_generic(body: Any, **signed: Any) -> CallEvent:
    raw, headers = generic(body, **signed)
    found = read("generic", body=raw, headers=headers)
    assert found is not None
    return found


def test_a_generic_report_says_all_of_a_call() -> None:
    found = read_generic(
        {
            "call_id": "1700.15",
            "event": "ended",
            "direction": "in",
            "number": "8 (495) 123-45-67",
            "line": "+74957654321",
            "extension": "101",
            "started_at": "2026-11-23T12:00:00",
            "ended_at": "2026-11-23T09:05:00Z",
            "talk_seconds": 290,
            "recording_url": "https://pbx.example.ru/r/15.mp3",
        }
    )
    assert (found.external_id, found.phase, found.way) == ("1700.15", Phase.ENDED, Way.IN)
    assert (found.number, found.line, found.extension) == ("84951234567", "+74957654321", "101")
    assert (found.started_at, found.ended_at) == (NOON, NOON + timedelta(minutes=5))
    assert (found.talk_seconds, found.recording) == (290, "https://pbx.example.ru/r/15.mp3")


def test_what_a_field_must_not_hold_is_left_out() -> None:
    found = read_generic(
        {
            "call_id": 15,
            "event": "ringing",
            "number": "anonymous",
            "extension": "<b>",
            "recording_url": "javascript:alert(1)",
            "started_at": "",
        }
    )
    assert (found.external_id, found.number, found.extension, found.recording) == ("15", "", "", "")
    assert (found.way, found.started_at, found.talk_seconds) == (None, None, None)


@pytest.mark.parametrize("signed", [{"secret": "another-secret-1234"}, {"stamp": STAMP - 301}, {"stamp": STAMP + 301}])
def test_a_foreign_or_an_old_report_is_refused(signed: Any) -> None:
    with pytest.raises(SignatureError):
        read_generic({"call_id": "1", "event": "ringing"}, **signed)
    with pytest.raises(SignatureError):
        read("generic", body=b"{}")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b"[" * 100_000,
        {"event": "ringing"},
        {"call_id": "a b", "event": "ringing"},
        {"call_id": True, "event": "ringing"},
        {"call_id": "1", "event": "exploded"},
        {"call_id": "1", "event": "ended", "talk_seconds": -1},
        {"call_id": "1", "event": "ended", "talk_seconds": 1.5},
        {"call_id": "1", "event": "ended", "started_at": "yesterday"},
        {"call_id": "1", "event": "ended", "started_at": "0001-01-01T00:00:00+14:00"},
        {"call_id": "1", "event": "ended", "direction": "up"},
    ],
    ids=str,
)
def test_a_body_that_says_no_call_is_refused(body: Any) -> None:
    with pytest.raises(IntegrationError) as caught:
        read_generic(body)
    assert not isinstance(caught.value, SignatureError)


def test_a_time_of_signing_must_be_a_number() -> None:
    with pytest.raises(IntegrationError):
        read_generic({"call_id": "1", "event": "ringing"}, stamp="1e9")


# --- Mango Office ---------------------------------------------------------------------------------------------------

MANGO_CALL = {
    "entry_id": "MTUwMzE4Mzg5Mg==",
    "call_id": "MToxMDA2MTA4NToxNTA=",
    "timestamp": STAMP,
    "seq": 1,
    "call_state": "Appeared",
    "location": "abonent",
    "from": {"number": "79161234567"},
    "to": {"extension": "101", "number": "sip:101@vpbx.mangosip.ru", "line_number": "74957654321"},
}
MANGO_SUMMARY = {
    "entry_id": "MTUwMzE4Mzg5Mg==",
    "call_direction": 1,
    "from": {"number": "79161234567"},
    "to": {"extension": "101", "number": "sip:101@vpbx.mangosip.ru"},
    "line_number": "74957654321",
    "create_time": STAMP,
    "forward_time": STAMP + 2,
    "talk_time": STAMP + 10,
    "end_time": STAMP + 70,
    "entry_result": 1,
    "disconnect_reason": 1110,
}


def read_mango(rest: str, said: Any, **changes: Any) -> CallEvent | None:
    return read("mango", form=mango(said), rest=rest, **changes)


def test_mango_tells_who_calls_whom() -> None:
    ringing = read_mango("events/call", MANGO_CALL)
    assert ringing == CallEvent(
        "MTUwMzE4Mzg5Mg==", Phase.RINGING, Way.IN, "79161234567", "74957654321", "101", NOON, NOON
    )
    answered = read_mango("events/call", MANGO_CALL | {"call_state": "Connected"})
    assert answered is not None
    assert (answered.phase, answered.started_at) == (Phase.ANSWERED, None)
    out = read_mango("events/call", MANGO_CALL | {"from": {"extension": "101"}, "to": {"number": "79161234567"}})
    assert out is not None
    assert (out.way, out.number, out.extension) == (Way.OUT, "79161234567", "101")
    inside = read_mango("events/call", MANGO_CALL | {"from": {"extension": "102"}})
    assert inside is not None
    assert inside.way is Way.INTERNAL


def test_mango_tells_how_a_call_ended() -> None:
    talk = read_mango("events/summary", MANGO_SUMMARY)
    assert talk is not None
    assert (talk.phase, talk.way, talk.number, talk.extension) == (Phase.ENDED, Way.IN, "79161234567", "101")
    assert (talk.started_at, talk.ended_at, talk.talk_seconds) == (NOON, NOON + timedelta(seconds=70), 60)
    missed = read_mango("events/summary", MANGO_SUMMARY | {"talk_time": 0})
    assert missed is not None
    assert missed.talk_seconds == 0
    out = read_mango(
        "events/summary", MANGO_SUMMARY | {"call_direction": 2, "to": {"number": "79161234567"}, "from": 5}
    )
    assert out is not None
    assert (out.way, out.number, out.extension) == (Way.OUT, "79161234567", "")


def test_mango_tells_of_a_recording_by_its_number() -> None:
    said = {"entry_id": "a", "recording_id": "MToxMDA=", "recording_state": "Completed", "timestamp": STAMP}
    found = read_mango("events/recording", said)
    assert found is not None
    assert (found.phase, found.recording) == (Phase.RECORDED, "Mango Office: MToxMDA=")
    assert read_mango("events/recording", said | {"recording_state": "Started"}) is None


def test_what_mango_tells_besides_is_taken_and_forgotten() -> None:
    assert read_mango("ping", "") is None
    assert read_mango("events/call", MANGO_CALL | {"call_state": "OnHold"}) is None
    assert read_mango("events/call", MANGO_CALL | {"location": "ivr"}) is None


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("events/call", "no json"),
        ("events/dtmf", MANGO_CALL),
        ("events/call", {key: value for key, value in MANGO_CALL.items() if key != "entry_id"}),
        ("events/call", MANGO_CALL | {"timestamp": "now"}),
        ("events/summary", MANGO_SUMMARY | {"call_direction": 7}),
        ("events/summary", MANGO_SUMMARY | {"call_direction": "1"}),
    ],
)
def test_a_broken_report_of_mango_is_refused(rest: str, said: Any) -> None:
    with pytest.raises(IntegrationError) as caught:
        read_mango(rest, said)
    assert not isinstance(caught.value, SignatureError)


def test_a_foreign_or_an_old_report_of_mango_is_refused() -> None:
    with pytest.raises(SignatureError):
        read("mango", form=mango(MANGO_CALL, "another-secret-1234"), rest="events/call")
    with pytest.raises(SignatureError):
        read_mango("events/call", MANGO_CALL, now=NOON + timedelta(days=2))


# --- Zadarma --------------------------------------------------------------------------------------------------------

START = {
    "event": "NOTIFY_START",
    "call_start": "2026-11-23 12:00:00",
    "pbx_call_id": "in_7faf7b",
    "caller_id": "79161234567",
    "called_did": "74957654321",
}
_START_SIGN = ("caller_id", "called_did", "call_start")
_OUT_SIGN = ("internal", "destination", "call_start")


def read_zadarma(form: dict[str, str], *signed: str, **changes: Any) -> CallEvent | None:
    return read("zadarma", form=form, headers=zadarma(form, *signed), **changes)


def test_zadarma_tells_of_a_call_from_ring_to_recording() -> None:
    ringing = read_zadarma(START, *_START_SIGN)
    assert ringing is not None
    assert (ringing.external_id, ringing.phase, ringing.way) == ("in_7faf7b", Phase.RINGING, Way.IN)
    assert (ringing.number, ringing.line, ringing.started_at) == ("79161234567", "74957654321", NOON)

    answer = START | {"event": "NOTIFY_ANSWER", "destination": "101", "internal": "101"}
    answered = read_zadarma(answer, "caller_id", "destination", "call_start")
    assert answered is not None
    assert (answered.phase, answered.extension, answered.number) == (Phase.ANSWERED, "101", "")

    end = START | {"event": "NOTIFY_END", "internal": "101", "duration": "65", "disposition": "answered"}
    talked = read_zadarma(end, *_START_SIGN)
    missed = read_zadarma(end | {"disposition": "no answer"}, *_START_SIGN)
    assert talked is not None
    assert missed is not None
    assert (talked.phase, talked.talk_seconds, missed.talk_seconds) == (Phase.ENDED, 65, 0)

    record = {
        "event": "NOTIFY_RECORD",
        "pbx_call_id": "in_7faf7b",
        "call_id_with_rec": "1.5",
        "link": "https://example.ru/1.mp3",
    }
    recorded = read_zadarma(record, "pbx_call_id", "call_id_with_rec")
    assert recorded is not None
    assert (recorded.phase, recorded.recording, recorded.way) == (Phase.RECORDED, "https://example.ru/1.mp3", None)


def test_zadarma_tells_of_calls_of_ours() -> None:
    form = START | {"event": "NOTIFY_OUT_START", "internal": "101", "destination": "79161234567", "caller_id": "7495"}
    found = read_zadarma(form, *_OUT_SIGN)
    assert found is not None
    assert (found.way, found.number, found.line, found.extension) == (Way.OUT, "79161234567", "7495", "101")


def test_a_voice_menu_of_zadarma_is_no_news() -> None:
    assert read_zadarma(START | {"event": "NOTIFY_IVR"}, *_START_SIGN) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"event": "NOTIFY_NOTHING"},
        {"call_start": "noon"},
        {"pbx_call_id": ""},
        {"event": "NOTIFY_END", "duration": "x"},
    ],
)
def test_a_broken_report_of_zadarma_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(IntegrationError) as caught:
        read_zadarma(START | {"disposition": "answered"} | changes, *_START_SIGN)
    assert not isinstance(caught.value, SignatureError)


def test_a_foreign_or_an_old_report_of_zadarma_is_refused() -> None:
    with pytest.raises(SignatureError):
        read("zadarma", form=START, headers=zadarma(START, *_START_SIGN, secret="another-secret-1234"))
    with pytest.raises(SignatureError):
        read("zadarma", form=START)
    with pytest.raises(SignatureError):
        read_zadarma(START, *_START_SIGN, now=NOON + timedelta(days=2))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(READERS)),
    st.dictionaries(st.sampled_from(["json", "event", "sign", "call_start", "pbx_call_id", "vpbx_api_key"]), st.text()),
    st.binary(max_size=60),
)
def test_nothing_but_events_or_one_error_comes_out(provider: str, form: dict[str, str], body: bytes) -> None:
    with pytest.raises(IntegrationError):
        read(provider, form=form, body=body, rest="events/call")


@settings(max_examples=60, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_signed_nonsense_comes_to_one_error_too(value: Any) -> None:
    for body in ({"call_id": value, "event": "ringing"}, {"call_id": "1", "event": "ended", "started_at": value}):
        try:
            read_generic(body)
        except IntegrationError:
            continue
