using Bogus;
using NodaTime;

namespace Gdpr.Samples.Generation;

/// <summary>What became of a person's dealings with an organisation.</summary>
internal enum LifeKind
{
    /// <summary>A customer who is served and invoiced.</summary>
    Active,

    /// <summary>A customer who left, at some time in the years gone by.</summary>
    Left,

    /// <summary>A customer who never said goodbye: no contact for years, and no invoice either.</summary>
    Dormant,

    /// <summary>Not heard of for years, but invoiced all the same: the relation runs.</summary>
    Paying,

    /// <summary>A customer of whom nobody wrote down when the last contact was.</summary>
    Forgotten,

    /// <summary>Somebody who is not a customer, or was not one for a long time.</summary>
    Prospect,
}

/// <summary>The dates of a person's dealings with an organisation.</summary>
internal sealed record Life(LifeKind Kind, LocalDate FirstSeen)
{
    public LocalDate? BecameCustomer { get; private init; }

    public LocalDate? Ended { get; private init; }

    /// <summary>The last contact, or <see langword="null"/> where nobody wrote it down.</summary>
    public LocalDate? LastSeen { get; private init; }

    public LocalDate? LastInvoice { get; private init; }

    /// <summary>When somebody last judged the person a potential customer.</summary>
    public LocalDate? Assessed { get; private init; }

    public LocalDate? RemovalDemanded { get; private init; }

    public LocalDate? PreservationOrdered { get; private init; }

    /// <summary>The last day on which anything can have happened with the person.</summary>
    public LocalDate LastDay(LocalDate today) => Kind switch
    {
        LifeKind.Left => Ended ?? today,
        LifeKind.Dormant => LastSeen ?? today,
        _ => today,
    };

    /// <summary>Invents the life of a person.</summary>
    /// <param name="kind">What became of the dealings.</param>
    /// <param name="today">The day on which the data is looked at: no life goes beyond it.</param>
    /// <param name="random">Where chance comes from.</param>
    public static Life Of(LifeKind kind, LocalDate today, Randomizer random)
    {
        return kind switch
        {
            LifeKind.Active => Customer(kind, today.PlusDays(-random.Int(40, Years(12))), today, random) with
            {
                LastSeen = Ago(0, 300),
                LastInvoice = Ago(0, 380),
                RemovalDemanded = random.Bool(0.01f) ? Ago(0, 60) : null,
                PreservationOrdered = random.Bool(0.004f) ? Ago(0, 200) : null,
            },
            LifeKind.Left => Left(today, random),
            LifeKind.Dormant => Quiet(Ago(20 * 30, 84 * 30)),
            LifeKind.Paying => Quiet(Ago(26 * 30, 70 * 30)) with { LastInvoice = Ago(0, 370) },
            LifeKind.Forgotten => Customer(kind, today.PlusDays(-random.Int(Years(3), Years(12))), today, random) with
            {
                LastInvoice = random.Bool(0.2f) ? Ago(0, 370) : null,
            },
            _ => Prospect(today, random),
        };

        LocalDate Ago(int from, int to) => today.PlusDays(-random.Int(from, to));

        Life Quiet(LocalDate lastSeen) => Customer(kind, lastSeen.PlusDays(-random.Int(90, Years(6))), today, random) with
        {
            LastSeen = lastSeen,
            LastInvoice = lastSeen.PlusDays(random.Int(0, 60)),
        };
    }

    private static int Years(int count) => count * 365;

    private static Life Customer(LifeKind kind, LocalDate since, LocalDate today, Randomizer random) => new(kind, since)
    {
        BecameCustomer = since,
        Assessed = random.Bool(0.2f) ? LocalDate.Min(today, since.PlusDays(-random.Int(0, 90))) : null,
    };

    private static Life Left(LocalDate today, Randomizer random)
    {
        // More have left of late than long ago.
        var ago = random.Double();
        var ended = today.PlusDays(-(int)(ago * ago * Years(9)));
        return Customer(LifeKind.Left, ended.PlusDays(-random.Int(120, Years(7))), today, random) with
        {
            Ended = ended,
            LastSeen = ended.PlusDays(-random.Int(0, 120)),
            LastInvoice = LocalDate.Min(today, ended.PlusDays(random.Int(-20, 40))),
            RemovalDemanded = random.Bool(0.05f) ? ended : null,
        };
    }

    private static Life Prospect(LocalDate today, Randomizer random)
    {
        var firstSeen = today.PlusDays(-random.Int(0, Years(3)));
        var since = Period.DaysBetween(firstSeen, today);
        return new Life(LifeKind.Prospect, firstSeen)
        {
            LastSeen = random.Bool(0.9f) ? firstSeen.PlusDays(random.Int(0, since)) : null,
            Assessed = random.Bool(0.75f) ? firstSeen.PlusDays(random.Int(0, since)) : null,
            BecameCustomer = random.Bool(0.15f) ? firstSeen.PlusDays(random.Int(0, since)) : null,
        };
    }
}
