"""Pairs of cards with the truth about them: one client entered twice, or two clients that only look alike.

Written from what people do wrong when they type, and from how firms are related, not from what the matcher looks at:
it uses nothing of app/. A pair may carry too little to be told; then the best matcher fails on it, and is counted so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random


def _words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


WORDS = _words(
    "Вектор Горизонт Магнит Прогресс Альянс Импульс Гранит Сатурн Орион Меридиан Фаворит Лидер Союз "
    "Партнёр Мастер Метеор Радуга Берёзка Ромашка Сокол Беркут Кедр Рубин Алмаз Кристалл Янтарь Титан "
    "Атлант Геркулес Зенит Старт Финиш Контур Спектр Квадрат Эталон Стандарт Гарант Доверие Надежда "
    "Победа Восход Рассвет Полюс Экватор Тайга Байкал Енисей Ладога Онега Ока Кама Урал Алтай Саяны "
    "Кубань Дон Нева Волна Прибой Маяк Якорь Парус Фрегат Бриз Шторм Ураган Молния Искра Факел Пламя "
    "Уголёк Камелёк Чёрный Жёлтый Щит Цитадель Бастион Форпост Яхонт Юнона"
)
TRADES = _words(
    "Строй Торг Сервис Пром Маш Энерго Тепло Электро Хим Агро Авто Транс Лес Металл Снаб Монтаж Комплект "
    "Инвест Проект Дизайн Медиа Софт Мебель Пласт Упаковка Текстиль Фарм Мед Оптик Климат Вент Насос "
    "Инструмент Кабель"
)
ENDINGS = _words("Плюс Торг Сервис Групп Холдинг Север Юг Восток Запад Инвест Лизинг Логистика Маркет Рус Трейд")
FAMILIES = _words(
    "Абрикосов Барабанов Винтиков Гаражин Дверкин Ежевикин Желудёв Зонтиков Иголкин Калачёв Лопатин "
    "Медведкин Носочкин Огурцов Подушкин Редькин Сапожков Тарелкин Утюгов Форточкин Хлебушкин Цаплин "
    "Чайников Шляпкин Щёткин Яблочкин Варежкин Булавкин Калошин Матрасов Пуговкин Рукавицын Скамейкин "
    "Табуреткин Фонарёв Черпаков"
)
GIVEN = _words("Алексей Борис Виктор Геннадий Дмитрий Евгений Игорь Константин Леонид Михаил Николай Олег Пётр Семён")
FATHERS = _words("Алексеевич Борисович Викторович Геннадьевич Дмитриевич Игоревич Львович Олегович Петрович")
TOWNS = _words("Москва Тула Казань Самара Пермь Омск Томск Орёл Тверь Калуга Рязань Воронеж Липецк Курск Уфа Чита")
FORMS = (
    ("ООО «{}»", "Общество с ограниченной ответственностью «{}»", 'ООО "{}"', "{} ООО", "{}", "ооо {}", "{}, ООО"),
    ("АО «{}»", "Акционерное общество «{}»", 'АО "{}"', "{} АО", "{}", "ао {}", 'ЗАО "{}"'),
)
NEXT_KEYS = dict(zip("йцукенгшщзхфывапролджэячсмитьбю", "цйцуккенгшшззыфаувпарлрджлжчясвмитьб"[:31], strict=True))
# Two schemes of transliteration that papers really carry: by sound, and as on the plates of bank cards.
_SOUND = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        _words("a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya"),
        strict=True,
    )
)
_CARD = _SOUND | {"ё": "e", "й": "i", "х": "h", "ц": "c", "щ": "sch", "ю": "iu", "я": "ia", "ы": "i", "ж": "zh"}


@dataclass(frozen=True)
class Typed:
    """A card as somebody typed it."""

    name: str
    inn: str = ""
    kpp: str = ""
    town: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    is_company: bool = True


@dataclass(frozen=True)
class Pair:
    """Two cards, whether they are one client, and what kind of pair it is."""

    first: Typed
    second: Typed
    is_duplicate: bool
    kind: str


@dataclass(frozen=True)
class _Firm:
    """A client as it really is."""

    words: tuple[str, ...]
    form: int
    inn: str
    kpp: str
    town: str
    phones: tuple[str, str]
    mail: str
    people: tuple[tuple[str, str, str], ...]
    is_company: bool = True


@dataclass
class PairMaker:
    """Makes pairs from a seed."""

    random: Random
    taken: set[str] = field(default_factory=set)

    def pairs(self, count: int) -> Iterator[Pair]:
        """Half of them duplicates; kinds in turn, so that a small sample holds each."""
        different: tuple[Callable[[], Pair], ...] = (
            self._longer_name, self._holding, self._namesake_elsewhere, self._namesake_here, self._branch,
            self._near_word, self._shared_bookkeeper, self._numbered, self._strangers, self._sister_firms,
        )  # fmt: skip
        for number in range(count):
            yield self._twice() if number % 2 else different[number // 2 % len(different)]()

    # --- One client, entered twice ---

    def _twice(self) -> Pair:
        firm = self._firm()
        first = self._careful(firm)
        kinds = []
        second = self._careless(firm, kinds)
        return Pair(first, second, is_duplicate=True, kind="+".join(kinds) or "as it is")

    def _careful(self, firm: _Firm) -> Typed:
        """The first card: as papers have it, with what the client gave."""
        return Typed(
            self._form(firm, 0),
            firm.inn if self._chance(85) else "",
            firm.kpp if self._chance(75) else "",
            firm.town if self._chance(92) else "",
            tuple(self._phone(phone) for phone in firm.phones[: 1 + self._chance(40)]),
            (firm.mail,) if self._chance(75) else (),
            tuple(self._person(person) for person in firm.people[: 1 + self._chance(50)]),
            firm.is_company,
        )

    def _careless(self, firm: _Firm, kinds: list[str]) -> Typed:
        """The second card: by another manager, from a business card or by ear; some of it is missing or new."""
        words = list(firm.words)
        if len(words) > 1 and firm.is_company and self._chance(12):
            self.random.shuffle(words)
            kinds.append("word order")
        name = " ".join(words)
        if self._chance(25):
            name, kinds = self._misspelt(name), [*kinds, "typo"]
        if self._chance(25):
            name = name.replace("ё", "е").replace("Ё", "Е")
        if firm.is_company and self._chance(12):
            name = self._in_latin(name)
            kinds.append("transliterated")
        if self._chance(15):
            name = name.upper()
        written = self._form(replace(firm, words=(name,)), self.random.randrange(7))
        return self._with_ways(firm, written, kinds)

    def _with_ways(self, firm: _Firm, name: str, kinds: list[str]) -> Typed:
        has_inn = self._chance(55)
        phones = [self._phone(phone) for phone in firm.phones if self._chance(45)]
        people = [self._person(person) for person in firm.people if self._chance(45)]
        mails = [firm.mail] if self._chance(45) else []
        if not (has_inn or phones or people or mails) and self._chance(85):
            phones = [self._phone(firm.phones[0])]
        if not phones and self._chance(50):
            phones = [self._phone(self._number())]
        inn = self._inn_as_typed(firm.inn) if has_inn else ""
        kinds += ["INN"] if has_inn else []
        return Typed(
            name,
            inn,
            firm.kpp if inn and self._chance(50) else "",
            firm.town if self._chance(80) else "",
            tuple(phones),
            tuple(mail.upper() if self._chance(20) else mail for mail in mails),
            tuple(people),
            firm.is_company,
        )

    # --- Two clients that look alike ---

    def _longer_name(self) -> Pair:
        """«Ромашка» and «Ромашка Торг» in one town."""
        one = self._firm(is_company=True)
        other = replace(self._firm(is_company=True), words=(*one.words, self._pick(ENDINGS)), town=one.town)
        return self._different(one, other, "longer name")

    def _holding(self) -> Pair:
        """Firms of one holding behind one switchboard, perhaps with one mailbox."""
        one, other = self._firm(is_company=True), self._firm(is_company=True)
        other = replace(other, town=one.town, phones=(one.phones[0], other.phones[1]))
        if self._chance(40):
            other = replace(other, mail=one.mail)
        return self._different(one, other, "shared switchboard")

    def _sister_firms(self) -> Pair:
        """One holding, one first word, one switchboard, one director."""
        one = self._firm(is_company=True)
        other = self._firm(is_company=True)
        words = (one.words[0], self._other_than(ENDINGS, one.words))
        people = (one.people[0], other.people[1])
        other = replace(other, words=words, town=one.town, phones=(one.phones[0], other.phones[1]), people=people)
        return self._different(one, other, "sister firms")

    def _namesake_elsewhere(self) -> Pair:
        one = self._firm(is_company=True)
        other = replace(self._firm(is_company=True), words=one.words, town=self._other_than(TOWNS, (one.town,)))
        return self._different(one, other, "namesake in another town", share_of_inn=70)

    def _namesake_here(self) -> Pair:
        """Two sole proprietors, or two firms, of one name in one town: only the INN tells them apart."""
        one = self._firm()
        other = replace(self._firm(is_company=one.is_company), words=one.words, town=one.town)
        return self._different(one, other, "namesake in the town", share_of_inn=100)

    def _branch(self) -> Pair:
        """A branch has a card of its own: the same INN, its own KPP, town, telephone and people."""
        one = self._firm(is_company=True)
        away = self._firm(is_company=True)
        other = replace(away, words=one.words, inn=one.inn, kpp=f"{away.inn[:4]}43001")
        return self._different(one, other, "branch", share_of_inn=100)

    def _near_word(self) -> Pair:
        """Names of one letter's difference that are two words: «Гранит» and «Гранат»."""
        pairs = (
            ("Вектор", "Сектор"), ("Гранит", "Гранат"), ("Алтай", "Алдай"), ("Кедр", "Кадр"), ("Ока", "Око"),
            ("Сокол", "Соков"), ("Рубин", "Рубик"), ("Старт", "Стандарт"), ("Маяк", "Маки"), ("Титан", "Тиман"),
        )  # fmt: skip
        first, second = self._pick(pairs)
        one = replace(self._firm(is_company=True), words=(first,))
        other = replace(self._firm(is_company=True), words=(second,), town=one.town)
        return self._different(one, other, "near word")

    def _shared_bookkeeper(self) -> Pair:
        """One bookkeeper keeps the books of two clients, under one telephone."""
        one, other = self._firm(), self._firm()
        other = replace(other, town=one.town, people=(one.people[0], other.people[1]), phones=(one.phones[0], ""))
        return self._different(one, other, "shared bookkeeper")

    def _numbered(self) -> Pair:
        one = self._firm(is_company=True)
        word = self._pick(("Школа", "Лицей", "Поликлиника", "Автоколонна", "Стройтрест"))
        numbers = self.random.sample(range(1, 99), 2)
        other = replace(self._firm(is_company=True), words=(word, str(numbers[1])), town=one.town)
        return self._different(replace(one, words=(word, str(numbers[0]))), other, "numbered")

    def _strangers(self) -> Pair:
        one = self._firm()
        return self._different(one, replace(self._firm(), town=one.town), "strangers")

    def _different(self, one: _Firm, other: _Firm, kind: str, share_of_inn: int = 60) -> Pair:
        cards = [self._careful(firm) for firm in (one, other)]
        has_inn = self._chance(share_of_inn)
        cards = [replace(card, inn=firm.inn if has_inn else "") for card, firm in zip(cards, (one, other), strict=True)]
        if kind == "branch":
            cards = [replace(card, kpp=firm.kpp) for card, firm in zip(cards, (one, other), strict=True)]
        return Pair(cards[0], cards[1], is_duplicate=False, kind=kind)

    # --- What a firm is ---

    def _firm(self, is_company: bool | None = None) -> _Firm:
        company = self._chance(85) if is_company is None else is_company
        people = tuple((self._pick(FAMILIES), self._pick(GIVEN), self._pick(FATHERS)) for _number in range(2))
        words = self._company_name() if company else people[0]
        inn = self._inn(company)
        kpp = f"{inn[:4]}01001" if company else ""
        mail = f"{self._pick(('info', 'office', 'zakaz', 'mail'))}@{self._domain()}.example"
        town = self._pick(TOWNS)
        phones = (self._number(), self._number())
        return _Firm(words, self.random.randrange(2), inn, kpp, town, phones, mail, people, company)

    def _company_name(self) -> tuple[str, ...]:
        kind = self.random.randrange(5)
        if kind == 0:
            return (self._pick(WORDS),)
        if kind == 1:
            return (f"{self._pick(TRADES)}{self._pick(TRADES).lower()}",)
        if kind == 2:
            return (self._pick(WORDS), self._pick(ENDINGS))
        if kind == 3:
            return (f"{self._pick(WORDS)}-{self._pick(TRADES)}",)
        return (f"{self._pick(TRADES)}{self._pick(TRADES).lower()}", self._pick(WORDS))

    def _domain(self) -> str:
        letters = "abcdefghijklmnoprstuvz"
        return "".join(self.random.choice(letters) for _number in range(9))

    def _inn(self, is_company: bool) -> str:
        while True:
            digits = [self.random.randrange(10) for _number in range(9 if is_company else 10)]
            if is_company:
                digits.append(_control(digits, (2, 4, 10, 3, 5, 9, 4, 6, 8)))
            else:
                digits.append(_control(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)))
                digits.append(_control(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)))
            inn = "".join(map(str, digits))
            if inn not in self.taken:
                self.taken.add(inn)
                return inn

    def _number(self) -> str:
        return f"9{self.random.randrange(10**9):09d}" if self._chance(60) else f"495{self.random.randrange(10**7):07d}"

    # --- How people write ---

    def _form(self, firm: _Firm, style: int) -> str:
        name = " ".join(firm.words)
        if firm.is_company:
            return FORMS[firm.form][style].format(name)
        if style in (0, 1, 2):
            return f"ИП {name}"
        return (f"Индивидуальный предприниматель {name}", f"{name} (ИП)", name, f"ИП {_short(name)}")[style - 3]

    def _person(self, person: tuple[str, str, str]) -> str:
        family, given, father = person
        style = self.random.randrange(4)
        if style == 0:
            return f"{family} {given[0]}.{father[0]}."
        if style == 1:
            return f"{family} {given}"
        return f"{family} {given} {father}".replace("ё", "е" if style == 2 else "ё")

    def _phone(self, digits: str) -> str:
        if not digits:
            return ""
        a, b, c, d = digits[:3], digits[3:6], digits[6:8], digits[8:]
        styles = (
            f"+7 {a} {b}-{c}-{d}", f"8 ({a}) {b}-{c}-{d}", f"8{digits}", f"+7{digits}", f"{a} {b} {c} {d}",
            f"8-{a}-{b}-{c}-{d}", f"7{digits}", f"({a}) {b}{c}{d} доб. {self.random.randrange(100, 999)}",
        )  # fmt: skip
        return self._pick(styles)

    def _inn_as_typed(self, inn: str) -> str:
        style = self.random.randrange(6)
        if style == 0:
            return f"{inn[:4]} {inn[4:]}"
        if style == 1:
            return f"ИНН {inn}"
        return inn.lstrip("0") if style == 2 and inn[1] != "0" else inn

    def _misspelt(self, name: str) -> str:
        place = self.random.randrange(1, max(2, len(name) - 1))
        letter = name[place]
        kind = self.random.randrange(5)
        if kind == 0:
            return name[:place] + name[place + 1 :]
        if kind == 1:
            return name[:place] + letter + name[place:]
        if kind == 2 and place + 1 < len(name):
            return name[:place] + name[place + 1] + letter + name[place + 2 :]
        if kind == 3:
            return name[:place] + NEXT_KEYS.get(letter, "а") + name[place + 1 :]
        return name[:place] + self.random.choice("аоеинтсрвлкмдпуя") + name[place + 1 :]

    def _in_latin(self, name: str) -> str:
        scheme = self._pick((_SOUND, _CARD))
        return "".join(scheme.get(letter, letter) for letter in name.lower()).replace("_", "").title()

    def _chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def _pick(self, options: "tuple[_T, ...] | list[_T]") -> "_T":  # noqa: F821 (any of the options)
        return self.random.choice(options)

    def _other_than(self, options: "tuple[str, ...] | list[str]", taken: tuple[str, ...]) -> str:
        return self.random.choice([option for option in options if option not in taken])


def _short(name: str) -> str:
    family, *rest = name.split()
    return f"{family} {''.join(f'{word[0]}.' for word in rest)}"


def _control(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10
