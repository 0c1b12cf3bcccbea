from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_support_stops")]

    operations = [
        migrations.AddField(
            model_name="staffmember",
            name="notified_by_mail",
            field=models.BooleanField(default=True),
        ),
    ]
