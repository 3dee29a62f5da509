using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>A record as the naive arithmetic sees it: trigger values by name, facts as they are written.</summary>
internal sealed record NaiveRecord(IReadOnlyDictionary<string, NaiveValue> Triggers, IReadOnlyList<string> Facts, Instant Now)
{
    public bool States(string fact) => Facts.Contains(fact, StringComparer.Ordinal);

    /// <summary>A stated fact outweighs the same fact unknown.</summary>
    public bool IsUnsureOf(string fact) => States("?" + fact) && !States(fact);

    public NaiveRecord At(Instant now) => this with { Now = now };

    public NaiveRecord With(params string[] facts) => this with { Facts = [.. Facts, .. facts] };

    public NaiveRecord With(string trigger, NaiveValue value) =>
        this with { Triggers = new Dictionary<string, NaiveValue>(Triggers, StringComparer.Ordinal) { [trigger] = value } };

    /// <summary>The values in the order that a compiled data set asks for.</summary>
    public TriggerValue[] ValuesFor(DataSetSchedule dataSet) => [.. dataSet.Triggers.Select(trigger => Triggers[trigger].ToTriggerValue())];

    public override string ToString() =>
        $"{string.Join(", ", Triggers.Select(pair => $"{pair.Key}={pair.Value}"))}; facts '{string.Join(';', Facts)}'; now {Now}";
}

/// <summary>What a record says of a trigger, for the naive arithmetic.</summary>
internal sealed record NaiveValue
{
    public static NaiveValue Missing { get; } = new();

    public static NaiveValue NotHappened { get; } = new() { HasNotHappened = true };

    public static NaiveValue Unknown { get; } = new() { IsUnknown = true };

    public bool HasNotHappened { get; private init; }

    public bool IsUnknown { get; private init; }

    public LocalDate? Date { get; private init; }

    public Instant? Instant { get; private init; }

    public bool IsMissing => this == Missing;

    public static NaiveValue On(LocalDate date) => new() { Date = date };

    public static NaiveValue At(Instant instant) => new() { Instant = instant };

    public TriggerValue ToTriggerValue() => this switch
    {
        { HasNotHappened: true } => TriggerValue.NotHappened,
        { IsUnknown: true } => TriggerValue.Unknown,
        { Date: { } date } => TriggerValue.On(date),
        { Instant: { } instant } => TriggerValue.At(instant),
        _ => TriggerValue.Missing,
    };

    public override string ToString() => this switch
    {
        { HasNotHappened: true } => "not happened",
        { IsUnknown: true } => "?",
        { Date: { } date } => $"{date:uuuu-MM-dd}",
        { Instant: { } instant } => $"{instant:uuuu-MM-ddTHH:mm:ss.fffffff'Z'}",
        _ => "NULL",
    };
}
