"""How the severity of a request changes: by the client's consent, or for a reason, as the clause says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.decisions import actions as decisions
from reglament.desk.decisions.actions import Cause
from reglament.desk.decisions.asked import SEVERITY, asked_of
from reglament.desk.decisions.facts import CLIENT, STAFF, known
from reglament.desk.decisions.models import Answer, Proposal
from reglament.desk.decisions.practices import practice_of
from reglament.desk.decisions.words import due_in_words, metric_in_words
from reglament.desk.faults import ActionRefused, NotThere
from reglament.desk.people.models import Account, StaffMember
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets import announcing, timeline
from reglament.desk.tickets.checks import CONSENT, REASON, why_not_change_severity
from reglament.desk.tickets.judging_again import judge_again
from reglament.desk.tickets.models import Actor, Request
from reglament.desk.tickets.working import demand_text, demand_work, locked_request, stop

WHAT = "severity"
_SALT = "reglament.proposal"


@transaction.atomic
def propose_severity(
    by: StaffMember, request: Request, severity: str, *, reason: str, at: datetime
) -> Proposal:
    """Ask the client to agree to another severity. Nothing changes before they do."""
    request = locked_request(request)
    demand_work(by, request.ticket)
    stop(why_not_change_severity(request, CONSENT))
    current = _current(request)
    _demand_other(request, severity, current)
    proposal = Proposal.objects.create(
        desk_id=request.desk_id,
        request=request,
        what=WHAT,
        from_value=current,
        to_value=severity,
        reason=reason.strip(),
        asked_at=at,
        asked_by=by,
    )
    timeline.write(
        request.ticket,
        "severity_proposed",
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        request=request,
        proposal=proposal.pk,
        before=current,
        severity=severity,
    )
    practice = practice_of(request, "severity_change")
    clause = practice.clause if practice is not None else ""
    announcing.severity_proposal(
        proposal,
        compiled(request.edition),
        by,
        clause,
        _due_if_agreed(request, severity),
        token_of(proposal),
        at,
    )
    return proposal


def _due_if_agreed(request: Request, severity: str) -> str:
    """Say what would be owed by when under a severity that is only proposed."""
    asked = asked_of(request)
    asked = replace(asked, facts={**asked.facts, SEVERITY: known(severity, STAFF, request.received_at)})
    decision = decisions.judge(request.edition, asked)
    rules, language = compiled(request.edition), request.ticket.language
    dues = [(owed.metric, owed.due_at) for owed in decision.obligations if owed.due_at is not None]
    return "; ".join(
        f"{metric_in_words(rules, metric, language)}: {due_in_words(rules, due, language)}"
        for metric, due in dues
    )


@transaction.atomic
def correct_severity(
    by: StaffMember, request: Request, severity: str, *, reason: str, at: datetime
) -> Request:
    """Correct the severity with a reason, where the regulation leaves that to staff."""
    request = locked_request(request)
    demand_work(by, request.ticket)
    stop(why_not_change_severity(request, REASON))
    reason = demand_text(reason, "reason")
    before = _current(request)
    _demand_other(request, severity, before)
    request.facts = {**request.facts, SEVERITY: known(severity, STAFF, at, by.account_id)}
    judge_again(request.ticket, [request], Cause.SEVERITY_CORRECTED, by.account, at, actor=Actor.STAFF)
    timeline.write(
        request.ticket,
        "severity_corrected",
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        request=request,
        before=before,
        severity=severity,
        reason=reason,
    )
    return request


@transaction.atomic
def answer_proposal(
    proposal: Proposal,
    *,
    agreed: bool,
    through: str,
    at: datetime,
    account: Account | None = None,
    name: str = "",
    recorded_by: StaffMember | None = None,
) -> Proposal:
    """Record the client's answer to a proposal; where they agree, it takes effect with its new deadline.

    Takes through what they answered (`portal`, `link`, `phone`), the account that was signed in, or the
    name that was given; and who of staff wrote an answer by phone down.
    """
    request = locked_request(proposal.request)
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    proposal.request = request
    if recorded_by is not None:
        demand_work(recorded_by, request.ticket)
        demand_text(name, "name")
    if proposal.answer:
        raise ActionRefused(_("This question has been answered already."))
    if agreed and (request.refused_at is not None or request.done_at is not None):
        raise ActionRefused(_("The request is settled; its severity does not matter any more."))
    proposal.answer = Answer.AGREED if agreed else Answer.DECLINED
    proposal.answered_at, proposal.answered_through = at, through
    proposal.answered_by, proposal.answered_by_name = account, name.strip()[:200]
    proposal.recorded_by = recorded_by
    proposal.save()
    actor = Actor.STAFF if recorded_by is not None else Actor.CLIENT
    by = recorded_by.account if recorded_by is not None else account
    if agreed:
        request.facts = {
            **request.facts,
            SEVERITY: known(proposal.to_value, CLIENT, at, account.pk if account is not None else None),
        }
        decisions.decide_request(request, Cause.SEVERITY_AGREED, by, at, actor=actor)
    timeline.write(
        request.ticket,
        "severity_agreed" if agreed else "severity_declined",
        at=at,
        by=actor,
        actor=by,
        request=request,
        proposal=proposal.pk,
        severity=proposal.to_value,
        through=through,
    )
    return proposal


@transaction.atomic
def withdraw_proposal(by: StaffMember, proposal: Proposal, *, at: datetime) -> None:
    """Take a proposal back that the client has not answered."""
    request = locked_request(proposal.request)
    demand_work(by, request.ticket)
    changed = Proposal.objects.filter(pk=proposal.pk, answer="").update(
        answer=Answer.WITHDRAWN, answered_at=at, recorded_by=by
    )
    if not changed:
        raise ActionRefused(_("This question has been answered already."))
    timeline.write(
        request.ticket,
        "proposal_withdrawn",
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        request=request,
        proposal=proposal.pk,
    )


def token_of(proposal: Proposal) -> str:
    """Give the signed token by which whoever has the letter may answer a proposal."""
    return signing.dumps(proposal.pk, salt=_SALT)


def proposal_of(slug: str, token: str) -> Proposal:
    """Give the proposal of a signed token at a desk. Raises `NotThere` for any other text."""
    try:
        number = signing.loads(token, salt=_SALT)
    except signing.BadSignature as fault:
        raise NotThere from fault
    proposal = (
        Proposal.objects.select_related("request__ticket__desk", "request__edition")
        .filter(pk=number, desk__slug=slug)
        .first()
    )
    if proposal is None:
        raise NotThere
    return proposal


def _current(request: Request) -> str:
    assert request.current_decision is not None
    return str(request.current_decision.decision["severity"])


def _demand_other(request: Request, severity: str, current: str) -> None:
    levels = compiled(request.edition).written.severities
    if severity not in levels:
        raise ActionRefused(
            _("'%(given)s' is no level of this regulation; one of %(known)s.")
            % {"given": severity, "known": ", ".join(levels)},
            field="severity",
        )
    if severity == current:
        raise ActionRefused(_("The request has this severity already."), field="severity")
