# datetime.
from datetime import datetime, date, timedelta, timezone
d = datetime(2024, 2, 29, 13, 5, 9, 123456)
print(d, repr(d), d + timedelta(days=1, hours=12), d.isoformat(), d.strftime("%Y/%m/%d %H:%M:%S %a %b %j"), d.weekday(), d.date(), d.replace(year=2020), datetime(2024, 3, 1) - d, d < datetime(2025, 1, 1))
print(date(2023, 12, 31).isocalendar(), timedelta(seconds=-1), timedelta(1.5) / 2, datetime.fromisoformat("2020-01-02T03:04:05+02:00"), datetime.strptime("1 Feb 2021", "%d %b %Y"), datetime(2020, 1, 1, tzinfo=timezone.utc).timestamp(), date.fromordinal(738000))
try: date(2023, 2, 29)
except ValueError as e: print(e)
