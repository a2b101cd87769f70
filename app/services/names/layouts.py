"""Spelling the same word with the other alphabet: by sound, or by the keys of a keyboard."""

import re

_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`" + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё" + "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ"
_TO_RUSSIAN_KEYS = str.maketrans(_LATIN_KEYS, _RUSSIAN_KEYS)
_TO_LATIN_KEYS = str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS)

_RUSSIAN_LETTERS = "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я"
_LATIN_SOUNDS = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"
_TO_LATIN = {
    letter: sound.strip("-") for letter, sound in zip(_RUSSIAN_LETTERS.split(), _LATIN_SOUNDS.split(), strict=True)
}
_LATIN_SPELLINGS = (
    "shch sch zh kh ts ch sh yu ju ya ja yo jo ye ck ph a b c d e f g h i j k l m n o p q r s t u v w x y z"
)
_RUSSIAN_SOUNDS = "щ щ ж х ц ч ш ю ю я я е е е к ф а б к д е ф г х и й к л м н о п к р с т у в в кс ы з"
_TO_RUSSIAN = dict(zip(_LATIN_SPELLINGS.split(), _RUSSIAN_SOUNDS.split(), strict=True))
_LATIN_SOUND = re.compile("(?<=[aeiouy])y(?![aeou])|" + "|".join(_TO_RUSSIAN))


def transliterate(text: str) -> str:
    """The text by sound in the other alphabet, in lower case: «Ромашка» is romashka, «Romashka» is ромашка.

    A text with a Cyrillic letter goes to Latin, any other to Cyrillic. The way back is a guess: one Latin
    spelling serves several Russian ones.
    """
    text = text.lower()
    if _is_cyrillic(text):
        return "".join(_TO_LATIN.get(letter, letter) for letter in text)
    # A lone «y» after a vowel is «й», as in «zavodskoy»; the pattern finds it before «ы».
    return _LATIN_SOUND.sub(_russian_sound, text)


def swap_keyboard_layout(text: str) -> str:
    """What the same keys type in the other layout: hjvfirf is «ромашка», «куьщеу» is remote.

    A text with a Cyrillic letter is read as typed on a Russian layout, any other as on a Latin one.
    """
    return text.translate(_TO_LATIN_KEYS if _is_cyrillic(text) else _TO_RUSSIAN_KEYS)


def _russian_sound(match: re.Match[str]) -> str:
    after_vowel = match.start() > 0 and match.string[match.start() - 1] in "aeiouy"
    return "й" if match[0] == "y" and after_vowel else _TO_RUSSIAN[match[0]]


def _is_cyrillic(text: str) -> bool:
    return re.search("[а-яё]", text, re.IGNORECASE) is not None
