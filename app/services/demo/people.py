"""People of the demo company: plainly invented family names, so that nobody can take them for real persons."""

from dataclasses import dataclass

from app.services.demo.world import World

FAMILY_NAMES = (
    "Примеров", "Тестов", "Образцов", "Макетов", "Шаблонов", "Эталонов", "Черновиков", "Пробников", "Учебников",
    "Папкин", "Скрепкин", "Кнопкин", "Линейкин", "Ластиков", "Степлеров", "Конвертов", "Ярлыков",
    "Картриджев", "Тонеров", "Принтеров", "Сканеров", "Копиров", "Роликов", "Шестернин", "Насосов",
    "Клапанов", "Фильтров", "Ресиверов", "Вариантов", "Винтов", "Гайкин", "Шайбин", "Ремнев", "Маслов-Тестов",
    "Манометров", "Давленьев", "Воздухов", "Трубин-Тестов", "Муфтин", "Прокладкин", "Датчиков", "Реле-Тестов",
    "Проводов", "Кабелев", "Розеткин", "Лампочкин", "Рубильников", "Счётчиков", "Табличкин", "Графиков", "Отчётов",
    "Планов-Тестов", "Срочнов", "Договоров", "Актов", "Накладнов", "Авансов", "Балансов", "Выпискин", "Претензиев",
)  # fmt: skip
"""Everyone's family name is one of these, a woman's with «а» at the end of each part that takes it."""

_MEN = ("Алексей", "Андрей", "Виктор", "Глеб", "Денис", "Игорь", "Кирилл", "Максим", "Николай", "Олег", "Павел",
        "Роман", "Сергей", "Тимур", "Фёдор", "Юрий")  # fmt: skip
_WOMEN = ("Алла", "Вера", "Галина", "Дарья", "Елена", "Жанна", "Инна", "Ксения", "Лариса", "Марина", "Нина", "Ольга",
          "Раиса", "Светлана", "Тамара", "Юлия")  # fmt: skip
_FATHERS = ("Алексеев", "Борисов", "Викторов", "Глебов", "Денисов", "Игорев", "Львов", "Максимов", "Олегов", "Павлов",
            "Романов", "Сергеев", "Тимуров", "Фёдоров", "Юрьев")  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A person's full name; `is_man` decides the grammar."""

    family: str
    given: str
    patronymic: str
    is_man: bool

    @property
    def short(self) -> str:
        """Family name with initials: «Примеров П. П.»."""
        return f"{self.family} {self.given[0]}. {self.patronymic[0]}."


def make_name(world: World, *, given: str = "", is_man: bool | None = None) -> Name:
    """A new name; the given name and the sex may be set."""
    man = world.chance(50) if is_man is None else is_man
    father = world.pick(_FATHERS)
    return Name(
        family=_family(world.pick(FAMILY_NAMES), man),
        given=given or world.pick(_MEN if man else _WOMEN),
        patronymic=father + ("ич" if man else "на"),
        is_man=man,
    )


def _family(name: str, is_man: bool) -> str:
    if is_man:
        return name
    return "-".join(part + "а" if part.endswith(("ов", "ев", "ин")) else part for part in name.split("-"))


def all_family_names() -> frozenset[str]:
    """Every family name that can occur, of men and women."""
    return frozenset(_family(name, is_man) for name in FAMILY_NAMES for is_man in (True, False))


class PhoneBook:
    """Gives telephone numbers that belong to nobody: +7 900 000-00-00 and on, each once."""

    def __init__(self) -> None:
        self._given = 0

    def next(self) -> str:
        """The next number, as a person types it."""
        number = self._given
        self._given += 1
        code, rest = divmod(number, 10_000)
        return f"+7 (90{code}) 000-{rest // 100:02d}-{rest % 100:02d}"
