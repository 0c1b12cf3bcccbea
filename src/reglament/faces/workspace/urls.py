"""Addresses of the workspace, under `/d/<desk>/work/`."""

from django.urls import path

from reglament.faces.workspace.audit import views as audit
from reglament.faces.workspace.clients import contacts, organisations, records
from reglament.faces.workspace.desk import views as desk
from reglament.faces.workspace.letters import blocked, deciding
from reglament.faces.workspace.letters import views as letters
from reglament.faces.workspace.mailboxes import views as mailboxes
from reglament.faces.workspace.new_request import views as new
from reglament.faces.workspace.new_request import writing
from reglament.faces.workspace.outbox import views as outbox
from reglament.faces.workspace.queue import views as queue
from reglament.faces.workspace.settings import desk as settings
from reglament.faces.workspace.settings import staff
from reglament.faces.workspace.signing import views as signing
from reglament.faces.workspace.talks import views as talks
from reglament.faces.workspace.ticket import acting, secrets, talking
from reglament.faces.workspace.ticket import views as ticket
from reglament.faces.workspace.wording import views as wording

app_name = "workspace"
urlpatterns = [
    path("", queue.home, name="home"),
    path("queue/<slug:department>/", queue.show_queue, name="queue"),
    path("view/<str:name>/", queue.show_view, name="view"),
    path("search/", queue.search, name="search"),
    path("tickets/<int:number>/", ticket.show_ticket, name="ticket"),
    path("tickets/<int:number>/say/", talking.say, name="say"),
    path("tickets/<int:number>/why/<int:position>/", ticket.show_why, name="why"),
    path("tickets/<int:number>/act/<str:name>/", acting.act, name="act"),
    path("tickets/<int:number>/messages/<int:message>/", ticket.show_html, name="message_html"),
    path("tickets/<int:number>/files/<uuid:attachment>/", ticket.give_file, name="file"),
    path("tickets/<int:number>/secrets/<int:secret>/", secrets.reveal, name="secret"),
    path("new/", new.new_ticket, name="new"),
    path("new/letter/", writing.write, name="write"),
    path("new/people/", new.find_people, name="find_people"),
    path("new/verdict/", new.show_verdict, name="verdict"),
    path("talks/", talks.list_talks, name="talks"),
    path("talks/<int:talk>/", talks.show_talk, name="talk"),
    path("talks/<int:talk>/request/", talks.make_request, name="make_request"),
    path("clients/", organisations.list_clients, name="clients"),
    path("clients/new/", organisations.add_client, name="add_client"),
    path("clients/<int:organisation>/", organisations.show_client, name="client"),
    path("clients/<int:organisation>/change/", organisations.change_client, name="change_client"),
    path("clients/<int:organisation>/people/new/", contacts.add_contact, name="add_contact"),
    path("clients/<int:organisation>/records/new/", records.add_record, name="add_record"),
    path(
        "clients/<int:organisation>/records/<int:record>/correct/",
        records.correct_record,
        name="correct_record",
    ),
    path("clients/<int:organisation>/records/<int:record>/end/", records.end_record, name="end_record"),
    path(
        "clients/<int:organisation>/records/<int:record>/take-back/",
        records.withdraw_record,
        name="withdraw_record",
    ),
    path("people/<int:contact>/", contacts.change_contact, name="change_contact"),
    path("people/<int:contact>/left/", contacts.end_contact, name="end_contact"),
    path("people/<int:contact>/access/", contacts.give_account, name="give_account"),
    path("people/<int:contact>/addresses/new/", contacts.add_address, name="add_address"),
    path(
        "people/<int:contact>/addresses/<int:address>/authorise/",
        contacts.authorise_address,
        name="authorise_address",
    ),
    path(
        "people/<int:contact>/addresses/<int:address>/end/",
        contacts.end_authorisation,
        name="end_authorisation",
    ),
    path(
        "people/<int:contact>/addresses/<int:address>/remove/",
        contacts.remove_address,
        name="remove_address",
    ),
    path("letters/", letters.list_letters, name="letters"),
    path("letters/<int:letter>/", letters.show_letter, name="letter"),
    path("letters/chosen/", deciding.do_with_chosen, name="letters_chosen"),
    path("letters/<int:letter>/source/", letters.download_letter, name="download_letter"),
    path("letters/<int:letter>/html/", letters.show_letter_html, name="letter_html"),
    path("letters/<int:letter>/files/<int:place>/", letters.give_letter_file, name="letter_file"),
    path("letters/<int:letter>/run/", deciding.run, name="run_letter"),
    path("letters/<int:letter>/back/", deciding.bring_letter_back, name="bring_letter_back"),
    path("letters/<int:letter>/ticket/", deciding.make_letter_ticket, name="letter_ticket"),
    path("letters/<int:letter>/message/", deciding.make_letter_message, name="letter_message"),
    path("letters/<int:letter>/spam/", deciding.mark_letter_spam, name="letter_spam"),
    path("letters/blocked/", blocked.list_blocked, name="blocked_senders"),
    path("letters/blocked/<int:sender>/remove/", blocked.unblock, name="unblock_sender"),
    path("mailboxes/", mailboxes.list_mailboxes, name="mailboxes"),
    path("mailboxes/new/", mailboxes.add_mailbox, name="add_mailbox"),
    path("mailboxes/test/", mailboxes.test_mailbox, name="test_mailbox"),
    path("mailboxes/compare/", mailboxes.compare, name="compare_mail"),
    path("mailboxes/<int:mailbox>/", mailboxes.change_mailbox, name="mailbox"),
    path("mailboxes/<int:mailbox>/pause/", mailboxes.pause, name="pause_mailbox"),
    path("mailboxes/<int:mailbox>/resume/", mailboxes.resume, name="resume_mailbox"),
    path("mailboxes/<int:mailbox>/since/", mailboxes.take_old, name="take_old_letters"),
    path("mailboxes/<int:mailbox>/remove/", mailboxes.remove, name="remove_mailbox"),
    path("outbox/", outbox.list_letters, name="outbox"),
    path("outbox/<int:letter>/", outbox.show_letter, name="sent_letter"),
    path("outbox/<int:letter>/html/", outbox.show_html, name="sent_letter_html"),
    path("outbox/<int:letter>/<slug:what>/", outbox.decide, name="decide_letter"),
    path("outbox/addresses/<int:address>/works/", outbox.address_works, name="address_works"),
    path("words/", wording.list_words, name="words"),
    path("words/signing/", signing.show_signing, name="signing"),
    path("words/<slug:template>/<slug:language>/", wording.edit_words, name="edit_words"),
    path("words/<slug:template>/<slug:language>/preview/", wording.preview_words, name="preview_words"),
    path("words/<slug:template>/<slug:language>/shipped/", wording.shipped_words, name="shipped_words"),
    path("audit/", audit.show_log, name="audit"),
    path("settings/", settings.show_settings, name="settings"),
    path("settings/desk/", settings.change_desk, name="change_desk"),
    path("settings/addresses/new/", settings.add_address, name="add_desk_address"),
    path("settings/addresses/<int:address>/", settings.change_address, name="change_desk_address"),
    path("settings/addresses/<int:address>/remove/", settings.remove_address, name="remove_desk_address"),
    path("settings/staff/new/", staff.add_staff, name="add_staff"),
    path("settings/staff/<int:member>/", staff.change_staff, name="change_staff"),
    path("settings/staff/<int:member>/invite/", staff.invite_again, name="invite_staff"),
    path("settings/staff/<int:member>/left/", staff.end_staff, name="end_staff"),
    path("desk/", desk.show_desk, name="desk"),
    path("desk/letters-to-me/", desk.choose_letters, name="notifications"),
    path("desk/portal/down/", desk.declare, name="declare_outage"),
    path("desk/portal/up/", desk.end, name="end_outage"),
]
