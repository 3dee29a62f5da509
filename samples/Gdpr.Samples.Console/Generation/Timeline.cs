using Bogus;
using Gdpr.Policies;
using Gdpr.Samples.Data;
using NodaTime;

namespace Gdpr.Samples.Generation;

/// <summary>Says when the event of each trigger happened, as a database would hold it.</summary>
internal sealed class Timeline(LocalDate today, DateTimeZone zone, Randomizer random)
{
    /// <summary>What somebody typed where a date belongs, in systems that let them.</summary>
    private static readonly string[] Unreadable = ["okänt", "0000-00-00", "2019-02-30", "våren 2017"];

    // Systems note these by themselves, to the second; the others are days that people wrote down.
    private static readonly string[] Technical = ["logged", "visited", "measured", "observed", "taken", "sent", "received", "opened", "last-sign-in", "last-used", "last-visit"];

    /// <summary>The text stored for a trigger of a record; <see langword="null"/> for none.</summary>
    /// <param name="id">The trigger's id.</param>
    /// <param name="trigger">The trigger, as the policy declares it.</param>
    /// <param name="shape">The data set.</param>
    /// <param name="person">Whose record it is.</param>
    /// <param name="happened">The date of the record's own event, where it has one.</param>
    public string? Text(string id, Trigger trigger, DataSetShape shape, Person person, LocalDate? happened)
    {
        if (trigger.WhenNull == WhenNull.Unknown && random.Bool(0.006f))
        {
            return random.Bool(0.6f) ? null : random.ArrayElement(Unreadable);
        }

        var date = id == shape.EventTrigger ? happened
            : happened is { } day ? AfterEvent(id, person.Life, day)
            : Relation(id, person.Life);
        if (date is not { } known || known > today)
        {
            return null;
        }

        // Of today only the first moment has certainly been.
        return Technical.Contains(id, StringComparer.Ordinal)
            ? StoredDate.Write(zone.AtStartOfDay(known).ToInstant() + Duration.FromSeconds(known == today ? 0 : random.Int(0, 82_799)))
            : StoredDate.Write(known);
    }

    /// <summary>A trigger of a record that has an event of its own, and what followed from it.</summary>
    private LocalDate? AfterEvent(string id, Life life, LocalDate happened) => id switch
    {
        "closed" => random.Bool(0.96f) ? happened.PlusDays(random.Int(0, 30)) : null,
        "delivered" => happened.PlusDays(random.Int(1, 14)),
        "supplied" => happened.PlusDays(-random.Int(0, 40)),
        "credit-ended" => random.Bool(0.7f) ? happened.PlusDays(random.Int(90, 900)) : null,
        _ => Relation(id, life),
    };

    /// <summary>A trigger that speaks of the person's dealings as a whole.</summary>
    private LocalDate? Relation(string id, Life life) => id switch
    {
        "customer-since" => life.BecameCustomer ?? life.FirstSeen,
        "became-customer" => life.BecameCustomer,
        "registered" => life.FirstSeen,
        "assessed" => life.Assessed,
        "removal-demanded" => life.RemovalDemanded,
        "preservation-ordered" => life.PreservationOrdered,
        "commitments-ceased" => life.Ended?.PlusDays(random.Bool(0.3f) ? random.Int(1, 90) : 0),
        "last-invoice" or "last-order" => life.LastInvoice,
        "last-used" => life.LastSeen?.PlusDays(-random.Int(0, Math.Clamp(Period.DaysBetween(life.FirstSeen, life.LastSeen.Value), 0, 200))),
        _ when id.StartsWith("last-", StringComparison.Ordinal) => life.LastSeen,
        _ => life.Ended,
    };
}
