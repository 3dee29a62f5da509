using Gdpr.Retention;

namespace Gdpr.Sources;

/// <summary>A fact about records, to be put beside them or taken away.</summary>
/// <param name="Id">What the fact comes from, such as a hold's id: one fact per id and data set. Putting it again replaces it.</param>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Target">The records.</param>
/// <param name="Fact">The fact; <see langword="null"/> takes away what was put under the id.</param>
public sealed record FactChange(string Id, string DataSet, FactTarget Target, RecordFact? Fact)
{
    /// <summary>The keys of the records that must be there for the fact to be put: those of which it says something for the first time.</summary>
    public IReadOnlyList<string> Required => this is { Fact: not null, Target: FactTarget.Records { WereThere: false } records } ? records.NativeKeys : [];

    /// <summary>The change as a source puts it that does not know whose a record is: what is so of some people may be so of any record, and is unknown of each. What is
    /// about records, about all, or about nobody stays as it is.</summary>
    public FactChange OfUnknownPeople() =>
        Target is FactTarget.Subjects { NativeIds.Count: > 0 } ? this with { Target = new FactTarget.Everything(), Fact = Fact?.AsUnknown() } : this;
}

/// <summary>A fact about a record: a flag, or something about a purpose; stated, or unknown.</summary>
public sealed record RecordFact
{
    private RecordFact(RecordFlags flag, PurposeFact? purposeFact, string? purpose, bool isUnknown)
    {
        Flag = flag;
        PurposeFact = purposeFact;
        Purpose = purpose;
        IsUnknown = isUnknown;
    }

    /// <summary>The flag; none where the fact is about a purpose.</summary>
    public RecordFlags Flag { get; }

    /// <summary>The fact about the purpose; <see langword="null"/> where the fact is a flag.</summary>
    public PurposeFact? PurposeFact { get; }

    /// <summary>The purpose's id; <see langword="null"/> where the fact is a flag.</summary>
    public string? Purpose { get; }

    /// <summary>Whether nobody knows if it is so.</summary>
    public bool IsUnknown { get; }

    /// <summary>Whether the fact forbids destruction, for certain or perhaps: a hold, a restriction, an open request or a pending objection. Such a fact about a person
    /// is found without regard to the case of ASCII letters in the person's id; any other ends or carries purposes, and is found by the very id.</summary>
    public bool ForbidsDestruction => PurposeFact is null ? Flag != RecordFlags.ErasureGranted : PurposeFact == Retention.PurposeFact.ObjectionPending;

    /// <summary>A flag.</summary>
    /// <param name="flag">One flag.</param>
    /// <param name="isUnknown">Whether nobody knows if it is so.</param>
    /// <exception cref="ArgumentOutOfRangeException">None or several flags are given.</exception>
    public static RecordFact Of(RecordFlags flag, bool isUnknown = false) =>
        System.Numerics.BitOperations.IsPow2((uint)flag) && Enum.IsDefined(flag)
            ? new RecordFact(flag, null, null, isUnknown)
            : throw new ArgumentOutOfRangeException(nameof(flag), "Exactly one flag makes a fact.");

    /// <summary>A fact about a purpose.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="purpose">The purpose's id.</param>
    /// <param name="isUnknown">Whether nobody knows if it is so.</param>
    public static RecordFact Of(PurposeFact fact, string purpose, bool isUnknown = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(purpose);
        return new RecordFact(RecordFlags.None, fact, purpose, isUnknown);
    }

    internal RecordFact AsUnknown() => new(Flag, PurposeFact, Purpose, isUnknown: true);

    /// <summary>A record's facts with this one added. A purpose that no rule of the data set has changes nothing.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="dataSet">The record's data set.</param>
    public RecordFacts AddTo(in RecordFacts facts, DataSetSchedule dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        if (PurposeFact is not { } purposeFact)
        {
            return IsUnknown ? facts.WithUnknown(Flag) : facts.With(Flag);
        }

        var purpose = dataSet.PurposeIndex(Purpose!);
        return purpose < 0 ? facts : IsUnknown ? facts.WithUnknown(purposeFact, purpose) : facts.With(purposeFact, purpose);
    }
}

/// <summary>Which records of a data set a fact is about.</summary>
public abstract record FactTarget
{
    private FactTarget()
    {
    }

    /// <summary>All records, those to come included.</summary>
    public sealed record Everything : FactTarget;

    /// <summary>The records of some people, those to come included.</summary>
    /// <param name="NativeIds">The people's ids in the source, as text; compared as <see cref="RecordFact.ForbidsDestruction"/> says.</param>
    public sealed record Subjects(IReadOnlyList<string> NativeIds) : FactTarget;

    /// <summary>Some records.</summary>
    /// <param name="NativeKeys">Their keys in the source, as text; a composite key as a JSON array.</param>
    public sealed record Records(IReadOnlyList<string> NativeKeys) : FactTarget
    {
        /// <summary>Whether the fact was put on them before: then it is put on all of them, there or not. One that is away, as after a restore, may come back.</summary>
        public bool WereThere { get; init; }
    }
}
