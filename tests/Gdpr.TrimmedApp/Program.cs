using Gdpr.Time;
using NodaTime;
using NodaTime.Text;

// What an application does with the core, in small: Gdpr.Architecture.Tests publishes this trimmed, runs it and reads its lines.
var period = CalendarPeriod.Parse("P7Y");
var lastDay = period.EndOf(new LocalDate(2019, 12, 31));
Console.WriteLine($"{period} after 2019-12-31 ends {LocalDatePattern.Iso.Format(lastDay)}");

var stockholm = DateTimeZoneProviders.Tzdb["Europe/Stockholm"];
Console.WriteLine($"{LocalDatePattern.Iso.Format(lastDay.PlusDays(1))} in {stockholm.Id} begins {InstantPattern.General.Format(LocalDays.EndOf(lastDay, stockholm))}");
