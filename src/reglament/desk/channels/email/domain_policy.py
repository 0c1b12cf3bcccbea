"""The DMARC policy of a domain, and which domains are one organisation (RFC 9989).

Both are found by walking up the tree of the DNS; no list of public suffixes is needed, and none can be
out of date.
"""

from dataclasses import dataclass

from reglament.desk.channels.email.resolution import Questions, RecordType, Unresolved
from reglament.desk.channels.email.tags import lenient_tags

LONGEST_PARENT = 7
"""Labels of the longest parent that a walk asks for (RFC 9989, 4.10): eight questions at most."""
POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True)
class Published:
    """A record as one domain published it."""

    domain: str
    tags: dict[str, str]

    @property
    def suffix(self) -> bool:
        """True where it says of its domain that others register names below it."""
        return self.tags.get("psd", "").lower() == "y"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the owner of the From domain asks for."""

    organisation: str
    """The domain whose names count as one organisation with the From domain."""
    policy: str
    """One of `POLICIES`."""
    strict_signatures: bool
    strict_hosts: bool


def policy_of(domain: str, questions: Questions) -> Policy | None:
    """Give the policy in force for a From domain in ASCII, lower case, or None where there is none.

    Raises `Unresolved` where the DNS gave no answer.
    """
    walked = _walk(domain, questions)
    organisation = _organisation(domain, walked)
    found = next((one for one in walked if one.domain == domain), None)
    if found is None:
        of_organisation = (one for one in walked if one.domain == organisation)
        found = next(of_organisation, next((one for one in walked if one.suffix), None))
    if found is None:
        return None
    policy = _applied(found, domain, questions)
    if policy is None:
        return None
    return Policy(
        organisation,
        policy,
        strict_signatures=found.tags.get("adkim", "").lower() == "s",
        strict_hosts=found.tags.get("aspf", "").lower() == "s",
    )


def of_organisation(domain: str, organisation: str, questions: Questions) -> bool:
    """Say whether a domain belongs to an organisation. Raises `Unresolved` where the DNS gave no answer."""
    if domain != organisation and not domain.endswith(f".{organisation}"):
        return False
    return _organisation(domain, _walk(domain, questions)) == organisation


def _walk(domain: str, questions: Questions) -> list[Published]:
    """Give the records from the domain upwards, up to one that says where the organisation begins."""
    labels = domain.split(".")
    longest = min(len(labels) - 1, LONGEST_PARENT)
    parents = [".".join(labels[-count:]) for count in range(longest, 0, -1)]
    walked = []
    for name in (domain, *parents):
        published = _published(name, questions)
        if published is not None:
            walked.append(published)
            if published.tags.get("psd", "").lower() in {"y", "n"}:
                break
    return walked


def _published(domain: str, questions: Questions) -> Published | None:
    answer = questions.ask(f"_dmarc.{domain}", RecordType.TXT)
    records = [tags for value in answer.values if (tags := _record(value)) is not None]
    return Published(domain, records[0]) if len(records) == 1 else None


def _record(value: str) -> dict[str, str] | None:
    """Read a record; one that does not begin with its version is another thing (RFC 9989, 4.7)."""
    first, _, _ = value.partition(";")
    name, _, version = first.partition("=")
    if name.strip() != "v" or version.strip() != "DMARC1":
        return None
    return {tag.lower(): content for tag, content in lenient_tags(value).items()}


def _organisation(domain: str, walked: list[Published]) -> str:
    """Give the organisational domain by the records of the walk that began at this domain."""
    if walked:
        last = walked[-1]
        if last.tags.get("psd", "").lower() == "n":
            return last.domain
        if last.suffix and last.domain != domain:
            labels = domain.split(".")
            return ".".join(labels[-(last.domain.count(".") + 2) :])
    # The highest one that published anything. A top-level domain is nobody's organisation, whatever it
    # forgot to say of itself: else everybody below it could speak for everybody else.
    candidates = [one.domain for one in walked if "." in one.domain]
    return candidates[-1] if candidates else domain


def _applied(found: Published, domain: str, questions: Questions) -> str | None:
    """Give the policy that a record states for a domain, or None where it states none at all."""
    wishes = [found.tags.get("p", "")]
    if found.domain != domain:
        wishes.insert(0, found.tags.get("sp", ""))
        if "np" in found.tags and not _exists(domain, questions):
            wishes.insert(0, found.tags["np"])
    stated = next((wish.lower() for wish in wishes if wish.lower() in POLICIES), None)
    # A record that only asks for reports is one that asks for nothing else (RFC 9989, 4.7).
    return stated or ("none" if found.tags.get("rua") else None)


def _exists(domain: str, questions: Questions) -> bool:
    try:
        return questions.ask(domain, RecordType.A).exists
    except Unresolved:
        return True
