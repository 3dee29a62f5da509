using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Samples.Data;
using Gdpr.Samples.Decisions;
using Gdpr.Samples.Generation;
using Gdpr.Samples.Organisations;
using Gdpr.Samples.Views;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Samples;

/// <summary>The tour of one organisation: its policy, its data, what the one says of the other, and why.</summary>
internal sealed class Tour(Screen screen, SampleOptions options, CancellationToken cancellation)
{
    private const int Explained = 3;

    /// <summary>Shows an organisation from end to end.</summary>
    public Forecast Show(Organisation organisation, SampleDatabase database, GdprPolicy policy)
    {
        var schedule = RetentionSchedule.Compile(policy);
        var (today, inAYear) = Moments(policy, options.At);
        InventoryView.Show(screen, policy, database);

        var forecast = screen.During(
            screen.Say("Judging every record, twice", "Bedömer varje post, två gånger"),
            () => Forecast.Of(
                database, schedule.At(options.At), schedule.At(inAYear), today, [.. organisation.Highlights, .. Highlight.Usual], cancellation));
        ForecastView.Show(screen, forecast);

        screen.Heading(screen.Say("Three records, explained", "Tre poster, förklarade"));
        var evaluator = schedule.At(options.At);
        var chosen = organisation.Highlights.Concat(Highlight.Usual)
            .Select(highlight => (highlight.Title, Row: Elsewhere.First(database, evaluator, highlight, forecast.Found(highlight))))
            .Where(choice => choice.Row is not null);
        foreach (var (title, row) in chosen.Take(Explained))
        {
            screen.Line();
            screen.Line(screen.Say(title), "bold yellow");
            RecordView.ShowStored(screen, row!);
            RecordView.ShowElsewhere(screen, Elsewhere.Of(database, evaluator, row!.Subject));
            RecordView.ShowExplanation(screen, Questions.Ask(schedule, row, options.At).Explanation);
        }

        return forecast;
    }

    /// <summary>Makes the database of an organisation and fills it.</summary>
    public SampleDatabase MakeDatabase(Organisation organisation, GdprPolicy policy, DatabaseFolder folder)
    {
        var database = SampleDatabase.Create(folder.FileOf(organisation.Id), policy);
        try
        {
            var generator = new Generator(policy, organisation, Moments(policy, options.At).Today, ZoneOf(policy));
            screen.During(
                screen.Say($"Inventing the data of {organisation.Id}", $"Hittar på uppgifter åt {organisation.Id}"),
                () =>
                {
                    generator.Fill(database, options.Rows, cancellation);
                    return database;
                });
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The zone in which the days of the policy's first controller are counted.</summary>
    public static DateTimeZone ZoneOf(GdprPolicy policy) => DateTimeZoneProviders.Tzdb[policy.Controllers.Values.First().TimeZone];

    private static (LocalDate Today, Instant InAYear) Moments(GdprPolicy policy, Instant at)
    {
        var zone = ZoneOf(policy);
        return (LocalDays.TodayAt(at, zone), at.InZone(zone).LocalDateTime.PlusYears(1).InZoneLeniently(zone).ToInstant());
    }
}
