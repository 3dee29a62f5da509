using Gdpr.Retention;

namespace Gdpr.Sources;

/// <summary>A fact about records, to be put beside them or taken away.</summary>
/// <param name="Id">What the fact comes from, such as a hold's id: one fact per id and data set. Putting it again replaces it.</param>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Target">The records.</param>
/// <param name="Fact">The fact; <see langword="null"/> takes away what was put under the id.</param>
public sealed record FactChange(string Id, string DataSet, FactTarget Target, RecordFact? Fact);

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

    /// <summary>Whether it keeps records from being destroyed. What does not ends, carries or grants something.</summary>
    public bool ForbidsDestruction => PurposeFact is { } about ? about == Retention.PurposeFact.ObjectionPending : Flag != RecordFlags.ErasureGranted;

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
    /// <param name="NativeIds">The people's ids in the source, as text.</param>
    public sealed record Subjects(IReadOnlyList<string> NativeIds) : FactTarget;

    /// <summary>Some records.</summary>
    /// <param name="NativeKeys">Their keys in the source, as text; a composite key as a JSON array.</param>
    public sealed record Records(IReadOnlyList<string> NativeKeys) : FactTarget;
}
