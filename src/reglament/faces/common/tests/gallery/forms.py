"""A form with every kind of control."""

from django import forms


class GuestRequestForm(forms.Form):
    """What a visitor who has no account fills in."""

    address = forms.EmailField(
        label="Адрес электронной почты",
        help_text="На него придёт ссылка: без подтверждения заявка не будет принята в работу.",
    )
    inn = forms.CharField(label="ИНН организации", max_length=12, help_text="10 или 12 цифр.")
    kind = forms.ChoiceField(
        label="О чём заявка",
        choices=[
            ("", "Выберите"),
            ("1", "Недоступность сервиса или ухудшение его работы, в том числе периодическое"),
            ("2", "Вопрос"),
        ],
    )
    severity = forms.ChoiceField(
        label="Срочность",
        widget=forms.RadioSelect,
        choices=[("critical", "Критичная: работа остановлена"), ("normal", "Обычная"), ("low", "Низкая")],
    )
    agree = forms.BooleanField(label="Согласен на обработку персональных данных")
    description = forms.CharField(
        label="Что произошло",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Шаги, время, текст ошибки.",
    )
    attached = forms.FileField(label="Файлы", required=False, help_text="До 20 МБ каждый.")
