"""The whole examination, in the order in which a newcomer sets things up.

Belongs here: configuration, secrets, owners, maps and policy set, and the order. Does not: places
on this machine (folders.py) or elsewhere (reached.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from orchestration.config import SECRET, BadConfig, config_file, read_config, section
from orchestration.config_model import faults
from orchestration.doctor import folders, reached
from orchestration.doctor.finding import Finding, State
from orchestration.home import home
from orchestration.secrets import BadSecrets, check_mode, read_secrets, secret, secrets_file
from orchestration.settings import Locations
from orchestration.sources import KINDS, configured


def examine(places: Locations) -> list[Finding]:
    """Every place tried. A part that cannot be tried is a finding itself and stops no other."""
    parts: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("configuration", configuration),
        ("secrets", secrets),
        ("landing zone", lambda: folders.landing(places)),
        ("warehouse", lambda: folders.warehouse(places)),
        ("outputs", lambda: folders.written(places)),
        ("disk", lambda: folders.disk(places)),
        ("file modes", lambda: folders.modes(places, home())),
        ("policy set", lambda: policy_set(places)),
        ("owners", owners),
        ("column maps", column_maps),
        ("sources", lambda: reached.sources(places)),
        ("APIs", reached.vendors),
        ("destinations", reached.destinations),
        ("schedules", schedules),
    ]
    findings: list[Finding] = []
    for what, part in parts:
        try:
            findings += list(part())
        except BadConfig as error:
            finding = Finding(what, "plumbline.yaml", State.WRONG, str(error), "correct the file")
            # A fault of the file is one finding, however many parts of the examination read it.
            if all(str(error) != one.said for one in findings):
                findings.append(finding)
        except Exception as error:
            message = f"{type(error).__name__}: {' '.join(str(error).split())}"
            findings.append(Finding(what, "", State.WRONG, message, "see what the message names"))
    return findings


def schedules() -> Iterator[Finding]:
    """Every schedule of plumbline.yaml: its cron line, its zone, and what it starts."""
    declared = section("schedules")
    if not declared:
        return
    from orchestration.defs.schedules import bad_schedules

    wrong = bad_schedules({source.name for source in configured()})
    for fault in wrong:
        yield Finding("schedules", "plumbline.yaml", State.WRONG, fault, "correct the file")
    if not wrong:
        yield Finding("schedules", ", ".join(declared), State.RIGHT, "Dagster takes them")


def configuration() -> Iterator[Finding]:
    """plumbline.yaml: whether it exists and can be read, and whether every key of it is known."""
    file = config_file()
    what = "configuration"
    if file is None:
        place = str(home() / "plumbline.yaml")
        yield Finding(what, place, State.UNUSED, "none; `plumbline init` writes one to fill in")
        return
    wrong = faults(read_config(), KINDS)
    for one in wrong:
        yield Finding(what, str(file), State.WRONG, one, "correct the file")
    if not wrong:
        yield Finding(what, str(file), State.RIGHT, "every section and key is known")


def secrets() -> Iterator[Finding]:
    """The file of secrets, and every `${NAME}` of the configuration; none is ever shown."""
    what = "secrets"
    try:
        file = secrets_file()
        if file is not None:
            check_mode(file)
            answer = f"{len(read_secrets(file))} names, readable by its owner alone"
            yield Finding(what, str(file), State.RIGHT, answer)
    except BadSecrets as error:
        message = str(error)
        state = State.FORBIDDEN if "others may open it" in message else State.WRONG
        yield Finding(what, "secrets.env", state, message, "correct the file as it says")
        return
    for name in sorted(_named(read_config())):
        if secret(name) is None:
            mend = f"export {name}=…, or write it into secrets.env"
            yield Finding(what, f"${{{name}}}", State.MISSING, "named and nowhere set", mend)
        else:
            yield Finding(what, f"${{{name}}}", State.RIGHT, "set")


def _named(value: object) -> set[str]:
    if isinstance(value, str):
        return set(SECRET.findall(value))
    if isinstance(value, dict):
        return {name for each in value.values() for name in _named(each)}
    return {name for each in value for name in _named(each)} if isinstance(value, list) else set()


def policy_set(places: Locations) -> Iterator[Finding]:
    """The policy set that a run would use: found, read and checked."""
    from ingest.resolved.resolve import CALENDAR
    from scoring.policy.load import load_policy, policy_dir
    from scoring.policy.yaml_lines import PolicyError

    what, name = "policy set", places.policy or "the default set"
    try:
        held = load_policy(places.policy or None)
    except PolicyError as error:
        mend = "correct the file, or name another set with --policy"
        yield Finding(what, name, State.WRONG, str(error), mend)
        return
    answer = f"{held.name}: {len(held.requirements)} requirements of {len(held.programs)} programs"
    yield Finding(what, str(policy_dir(places.policy or None)), State.RIGHT, answer)
    for dated in held.parameter(CALENDAR).values:
        yield holiday_calendar(str(dated.value))


def holiday_calendar(name: str) -> Finding:
    """Whether a calendar of business days is known, and which days off of its parts it lacks."""
    from ingest.resolved.business_days import left_out

    what, year = "holiday calendar", date.today().year
    try:
        days, parts = left_out(name, year)
    except ValueError as error:
        return Finding(what, name, State.WRONG, str(error), "correct it in the policy set")
    if not days:
        return Finding(what, name, State.RIGHT, "known to the holidays package")
    listed = ", ".join(f"{day} ({count} of {parts})" for day, count in days.items())
    answer = (
        f"business days here, and days off in most parts of the country: {listed}; "
        "to keep the days off of one part, name it, as US-CA does"
    )
    return Finding(what, name, State.RIGHT, answer)


def owners() -> Iterator[Finding]:
    """Who is responsible for a role where no row names a person."""
    from orchestration.role_owners import role_owners

    owners_of = role_owners()
    answer = ", ".join(f"{role}: {owner}" for role, owner in sorted(owners_of.items()))
    state = State.RIGHT if owners_of else State.UNUSED
    yield Finding(
        "owners",
        "plumbline.yaml",
        state,
        answer or "none named; partner_activity/partner_owners says who",
    )


def column_maps() -> Iterator[Finding]:
    """Every column map of the user's own; a faulty one is named by its file."""
    from ingest.formats.map_store import read_maps
    from orchestration.map_folders import map_folders

    folders = map_folders()
    maps = read_maps(folders)
    for one in maps.faulty:
        yield Finding("column maps", one.file, State.WRONG, one.message, "correct the map")
    if not maps.faulty:
        answer = f"{len(maps.own)} column maps of your own"
        yield Finding("column maps", ", ".join(map(str, folders)), State.RIGHT, answer)
