"""What every act on a ticket begins with: its lock, who may, and what the regulation forbids."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import works_in
from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.people.models import StaffMember
from reglament.desk.tickets.models import Request, Ticket

SENTENCES: dict[str, Promise] = {
    "not_your_role": _("Your role does not allow this; ask a lead."),
    "other_department": _("This ticket is in the hands of another department."),
    "closed": _("The ticket is closed; open it again first."),
    "not_closed": _("The ticket is not closed."),
    "refused": _("This request was refused."),
    "done": _("The work on this request is marked as done."),
    "needs_permission": _("The client's permission to work with its data is not recorded yet."),
    "redirected": _("This can only be done when it is asked for in another way."),
    "no_ground": _("No ground of refusal holds for this request."),
    "not_this_ground": _("This ground does not hold for the request."),
    "no_severities": _("This regulation has no levels of severity."),
    "needs_consent": _("The severity changes only with the client's consent; propose it."),
    "needs_no_consent": _("The severity is corrected with a reason; no consent is asked for."),
    "severity_is_clients": _("The regulation does not let staff change the severity."),
    "severity_settled": _("What is asked for has its severity by the regulation, whatever is stated."),
    "proposal_open": _("The client has been asked already, and has not answered yet."),
    "nothing_missing": _("Nothing is missing."),
    "not_confirmable": _("There is nothing to confirm here."),
    "not_proven": _("Sign in with your password to confirm: a mailed link alone is no proof."),
    "named_another": _("Only the person in whose name it was asked can say this."),
    "asked_signed_in": _("Part of this ticket was asked for signed in; write below what of it is not yours."),
    "one_department": _("The desk has no other department."),
    "same_department": _("The ticket is in this department already."),
    "number_told": _("The client has been told the number already."),
    "assigned_to_you": _("The ticket is yours already."),
    "no_stop_support": _("The regulation does not let the support of a client be stopped."),
    "stop_support_not_here": _("The regulation lets support be stopped in other cases only."),
    "client_not_known": _("Nobody knows yet which client this is; say who asks first."),
    "support_stopped": _("The support of this client is stopped already."),
    "support_not_stopped": _("The support of this client is not stopped."),
    "decided_by_a_lead": _("A lead or somebody above decides this."),
    "not_a_stranger": _("This message is no stranger's."),
    "closed_too_long_ago": _("The ticket was closed too long ago; make a request of its own of it."),
    "nothing_written": _("Write something first."),
    "is_spam": _("The ticket was marked as spam; bring it back first."),
    "not_spam": _("The ticket is not among the spam."),
}
"""Why an act cannot be done, by its key."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an act cannot be done: the key of a sentence, and the clause that says so, where one does."""

    sentence: str
    clause: str = ""

    @property
    def words(self) -> Promise:
        """The sentence itself, translated when it is shown."""
        return SENTENCES[self.sentence]

    def refuse(self, field: str = "") -> ActionRefused:
        """Give the refusal of an act that meets this obstacle."""
        return ActionRefused(self.words, field=field, clause=self.clause)


def stop(obstacle: Obstacle | None, field: str = "") -> None:
    """Raise where there is an obstacle."""
    if obstacle is not None:
        raise obstacle.refuse(field)


def locked(ticket: Ticket) -> Ticket:
    """Give a ticket as it is now, locked until the transaction ends: acts on it follow one another."""
    return (
        Ticket.objects.select_for_update(of=("self",)).select_related("desk", "department").get(pk=ticket.pk)
    )


def locked_request(request: Request) -> Request:
    """Give a request as it is now, with its ticket locked."""
    ticket = locked(request.ticket)
    fresh = Request.objects.select_related("edition", "current_decision").get(pk=request.pk)
    fresh.ticket = ticket
    return fresh


def demand_work(by: StaffMember, ticket: Ticket) -> None:
    """Raise `NotAllowed` where a member of staff may not act on a ticket."""
    if by.desk_id != ticket.desk_id or not works_in(by, ticket.department_id):
        raise NotAllowed(SENTENCES["other_department"])


def demand_text(text: str, field: str = "text") -> str:
    """Give a text without the space around it. Raises `ActionRefused` where nothing is left."""
    if not text.strip():
        raise Obstacle("nothing_written").refuse(field)
    return text.strip()
