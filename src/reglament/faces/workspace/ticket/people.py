"""Who takes part in a ticket, as its page shows it, and the acts that change it: each beside its person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.strangers import make_own_request
from reglament.desk.faults import NotThere
from reglament.desk.people.clients import people_of
from reglament.desk.tickets import actions
from reglament.desk.tickets.participants import outsiders, taking_part
from reglament.faces.common.numbers import number_in
from reglament.faces.workspace.forms import WorkForm
from reglament.faces.workspace.ticket.acts import ABOUT_SOMETHING, ACTS, Act

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from reglament.desk.people.models import Contact
    from reglament.desk.tickets.models import Message, Participant, Ticket
    from reglament.faces.workspace.door import Seat
    from reglament.faces.workspace.ticket.act_forms import Target


class ParticipantForm(WorkForm):
    """Somebody of the client, or whoever is at an address."""

    contact = forms.ChoiceField(label=_("Somebody of the client"), required=False)
    address = forms.EmailField(label=_("Or an address"), required=False)
    name = forms.CharField(label=_("Full name"), max_length=200, required=False)

    def __init__(self, target: Target, data: QueryDict | None) -> None:
        super().__init__(data)
        organisation = target.ticket.organisation
        people = list(people_of(organisation)) if organisation is not None else []
        inside = {row.address for row in taking_part(target.ticket).colleagues}
        self.people: dict[str, Contact] = {
            str(one.pk): one
            for one in people
            if one.left_at is None
            and one.email
            and one.pk != target.ticket.requester_id
            and one.email not in inside
        }
        if self.people:
            who = [(key, f"{one.name}, {one.email}") for key, one in self.people.items()]
            self.fields["contact"].choices = [("", "—"), *who]  # type: ignore[attr-defined]
        else:
            del self.fields["contact"]
            self.fields["address"].label, self.fields["address"].required = _("Address"), True


def people(seat: Seat, ticket: Ticket, messages: Sequence[Message]) -> dict[str, Any]:
    """Give who takes part in a ticket; each message gets, as `outside`, whom of its copies nobody let in."""
    part = taking_part(ticket)
    following = any(row.account_id == seat.member.account_id for row in part.followers)
    outside = outsiders(ticket, messages, part)
    for message in messages:
        # Read by the template beside the message's own fields.
        vars(message)["outside"] = outside.get(message.pk, [])
    return {
        "colleagues": part.colleagues,
        "followers": part.followers,
        "following": following,
        "verb": "unfollow" if following else "follow",
    }


def _participant(target: Target) -> Participant:
    row = target.ticket.participants.filter(pk=number_in(target.given.get("participant", "")) or 0).first()
    if row is None:
        raise NotThere
    found: Participant = row
    return found


def _add(target: Target, form: Any) -> object:
    said = form.cleaned_data
    return actions.add_participant(
        target.seat.member,
        target.ticket,
        address=said["address"],
        contact=None if said["address"] else form.people.get(said.get("contact", "")),
        name=said["name"],
        at=target.seat.now,
    )


def _add_copied(target: Target, form: Any) -> object:
    del form
    address = target.given.get("address", "")
    names = {one["address"]: one["name"] for one in target.message().copied}
    if address not in names:
        raise NotThere
    return actions.add_participant(
        target.seat.member, target.ticket, address=address, name=names[address], at=target.seat.now
    )


def _remove(target: Target, form: Any) -> object:
    del form
    return actions.remove_participant(target.seat.member, _participant(target), at=target.seat.now)


def _switch_replies(target: Target, form: Any) -> object:
    del form
    row = _participant(target)
    return actions.send_replies(
        target.seat.member, row, gets=target.given.get("gets") == "yes", at=target.seat.now
    )


def _follow(target: Target, form: Any) -> object:
    del form
    return actions.follow(target.seat.member, target.ticket, at=target.seat.now)


def _unfollow(target: Target, form: Any) -> object:
    del form
    return actions.unfollow(target.seat.member, target.ticket, at=target.seat.now)


def _let_take_part(target: Target, form: Any) -> object:
    del form
    return actions.let_take_part(target.seat.member, target.message(), at=target.seat.now)


def _own_request(target: Target, form: Any) -> object:
    del form
    return make_own_request(target.seat.member, target.message(), at=target.seat.now)


PEOPLE: Mapping[str, Act] = {
    "add_participant": Act(
        _("Add somebody"),
        _add,
        ParticipantForm,
        explanation=_("What they write counts as the client's, and they get the replies by mail."),
    ),
    "add_copied": Act(_("Add to the ticket"), _add_copied, done=_("They take part now.")),
    "remove_participant": Act(_("Remove"), _remove),
    "switch_replies": Act(_("Switch replies"), _switch_replies),
    "follow": Act(_("Follow"), _follow, done=_("You follow this ticket: letters about it go to you.")),
    "unfollow": Act(_("Follow no longer"), _unfollow),
    "let_take_part": Act(
        _("Let them take part"), _let_take_part, done=_("They take part now; their message counts.")
    ),
    "make_own_request": Act(
        _("Make a request of its own"), _own_request, done=_("It is a ticket of its own now.")
    ),
}
"""Acts that the page offers beside a person or a message."""
EVERY_ACT: Mapping[str, Act] = {**ACTS, **PEOPLE}
BESIDE = (*ABOUT_SOMETHING, *PEOPLE)
"""Acts that no list of possible ones holds."""
