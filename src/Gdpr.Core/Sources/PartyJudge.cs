using System.Diagnostics.CodeAnalysis;
using Gdpr.Retention;

namespace Gdpr.Sources;

/// <summary>Judges records that concern several people: each part with what is known of those whose it is.</summary>
/// <remarks>
/// <para>What several owners have together has the first fate that it has with any of them who is there: kept for one, it is kept. The link to a person is
/// judged with that person's facts by the rules of everything that is theirs: it goes when nothing of theirs is kept any more.</para>
/// <para>A record goes whole when all its fields are to be erased and nothing forbids it on a person who has no part in them. Of people who are not there any
/// more, fields that are empty stand in the way only of what a law or a hold on the record commands: no purpose runs for nobody.</para>
/// <para>Immutable, and safe to share between threads.</para>
/// </remarks>
public sealed class PartyJudge
{
    /// <summary>The facts that keep a record as it stands when they are about a person who has no field in it.</summary>
    public const RecordFlags Blocks = RecordFlags.Hold | RecordFlags.RestrictedForClaims | RecordFlags.RequestOpen;

    private readonly RetentionEvaluator _evaluator;
    private readonly DataSetSchedule _dataSet;
    private readonly bool _isDeclared;

    /// <summary>Prepares the judging of a data set's records.</summary>
    /// <param name="evaluator">The rules and the instant.</param>
    /// <param name="dataSet">The data set, of the evaluator's schedule.</param>
    /// <param name="parties">Whom its records concern.</param>
    public PartyJudge(RetentionEvaluator evaluator, DataSetSchedule dataSet, RecordParties parties)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(dataSet);
        ArgumentNullException.ThrowIfNull(parties);
        _evaluator = evaluator;
        _dataSet = dataSet;
        _isDeclared = parties.IsDeclared;
        Units = parties.UnitsOf(dataSet);
        Silent = SilentOf(Units, parties);
    }

    /// <summary>The parts.</summary>
    public IReadOnlyList<PartyUnit> Units { get; }

    /// <summary>The parties without any field, by index: nothing speaks for them but what forbids destruction.</summary>
    public IReadOnlyList<int> Silent { get; }

    /// <summary>The parties, by index, that have no part in any field.</summary>
    /// <param name="units">The parts of the records.</param>
    /// <param name="parties">Whom the records concern.</param>
    public static IReadOnlyList<int> SilentOf(IReadOnlyList<PartyUnit> units, RecordParties parties)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(parties);
        return [.. Enumerable.Range(0, parties.Parties.Count).Where(party => !units.Any(unit => !unit.IsLink && unit.Parties.Contains(party)))];
    }

    /// <summary>Judges a record.</summary>
    /// <param name="record">The record.</param>
    public PartyVerdict Judge(in PartyRecord record)
    {
        var decisions = new FateDecision[Units.Count];
        var (isWhole, isSomebodys, first, erased) = (true, false, default(FateDecision?), default(FateDecision?));
        for (var unit = 0; unit < decisions.Length; unit++)
        {
            var decision = decisions[unit] = Decide(Units[unit], record);
            if (Units[unit].IsLink)
            {
                continue;
            }

            first = First(first, decision);
            if (decision.Fate == Fate.Erase)
            {
                erased = First(erased, decision);
                isSomebodys |= IsAnybodyThere(Units[unit], record);
            }
            else
            {
                isWhole &= !IsAnybodyThere(Units[unit], record) && !record.IsPending[unit] && IsNobodys(Units[unit], record);
            }
        }

        foreach (var party in Silent)
        {
            isWhole &= (record.Parties[party].OwnFlags & Blocks) == 0 || decisions[LinkOf(party)].Fate is Fate.Erase or Fate.Anonymise;
        }

        isWhole &= isSomebodys || first is { Fate: Fate.Erase };
        var isOfOne = !_isDeclared || (record.Parties.Length == 1 && record.Parties[0].IsPresent);
        return new PartyVerdict(isOfOne ? _evaluator.Evaluate(record.Of(0)) : isWhole ? erased!.Value : first!.Value, isWhole, decisions);
    }

    /// <summary>The trace of the decision that leaves a record undetermined: what is missing is missing there.</summary>
    /// <param name="record">The record.</param>
    /// <param name="verdict">What was found of it.</param>
    /// <exception cref="ArgumentException">The record is not undetermined.</exception>
    public FateExplanation ExplainUndetermined(in PartyRecord record, PartyVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        foreach (var (index, unit) in Units.Index())
        {
            if (unit.IsLink || verdict.Units[index].Fate != Fate.Undetermined)
            {
                continue;
            }

            foreach (var party in unit.Parties)
            {
                if (record.Parties[party].IsPresent && _evaluator.EvaluateGroup(record.Of(party), unit.Groups[0]).Fate == Fate.Undetermined)
                {
                    return _evaluator.Explain(record.Of(party));
                }
            }

            return _evaluator.Explain(record.OfNobody());
        }

        throw new ArgumentException("No field of the record is undetermined.", nameof(verdict));
    }

    private int LinkOf(int party) => Units.Index().First(unit => unit.Item.IsLink && unit.Item.Parties[0] == party).Index;

    private static bool IsAnybodyThere(PartyUnit unit, in PartyRecord record)
    {
        foreach (var party in unit.Parties)
        {
            if (record.Parties[party].IsPresent)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether nothing commands to keep what is nobody's.</summary>
    private bool IsNobodys(PartyUnit unit, in PartyRecord record)
    {
        var facts = record.OfNobody().Facts.With(RecordFlags.ErasureGranted);
        return _evaluator.EvaluateGroup(new RetentionRecord(_dataSet, record.Triggers, in facts), unit.Groups[0]).Fate == Fate.Erase;
    }

    private FateDecision Decide(PartyUnit unit, in PartyRecord record)
    {
        FateDecision? decided = null;
        foreach (var party in unit.Parties)
        {
            if (record.Parties[party].IsPresent)
            {
                decided = DecideBy(unit, record.Of(party), decided);
            }
        }

        // Where nobody is there any more, the record alone decides.
        return decided ?? DecideBy(unit, record.OfNobody(), null);
    }

    private FateDecision DecideBy(PartyUnit unit, in RetentionRecord record, FateDecision? before)
    {
        foreach (var group in unit.Groups)
        {
            before = First(before, _evaluator.EvaluateGroup(record, group));
        }

        return before!.Value;
    }

    /// <summary>The decision that counts for both: the first fate, and of equal ones the one that lasts longest.</summary>
    private static FateDecision First(FateDecision? before, FateDecision other)
    {
        if (before is not { } one)
        {
            return other;
        }

        if (one.Fate != other.Fate)
        {
            return one.Fate < other.Fate ? one : other;
        }

        return one.Due is null || (other.Due is { } due && due <= one.Due) ? one : other;
    }
}

/// <summary>What is known of a party of a record.</summary>
/// <remarks>The default value is a party that the record does not name, of which nothing is known.</remarks>
public readonly struct PartyFacts
{
    private readonly RecordFacts _all;

    /// <summary>States what is known.</summary>
    /// <param name="isPresent">Whether there is such a person: the record names one, or something is known of whoever it named.</param>
    /// <param name="own">What is known of the person.</param>
    /// <param name="all">The same, and what is known of the record itself and of all records.</param>
    public PartyFacts(bool isPresent, in RecordFacts own, in RecordFacts all)
    {
        IsPresent = isPresent;
        OwnFlags = own.Flags | own.UnknownFlags;
        _all = all;
    }

    /// <summary>Whether there is such a person: the record names one, or something is known of whoever it named.</summary>
    public bool IsPresent { get; }

    /// <summary>What is known of the person, and of the record itself and all records.</summary>
    public RecordFacts All => _all;

    /// <summary>The facts about the person alone that are stated or unknown.</summary>
    internal RecordFlags OwnFlags { get; }

    /// <summary>The facts where they lie.</summary>
    [UnscopedRef]
    internal ref readonly RecordFacts Known => ref _all;
}

/// <summary>A record that concerns several people. Holds no copy: what it is made of must outlive it.</summary>
public readonly ref struct PartyRecord
{
    private readonly DataSetSchedule _dataSet;
    private readonly ref readonly RecordFacts _facts;

    /// <summary>Describes a record.</summary>
    /// <param name="dataSet">The record's data set.</param>
    /// <param name="triggers">The values of its triggers, in the order of <see cref="DataSetSchedule.Triggers"/>.</param>
    /// <param name="facts">What is known of the record itself, and of all records.</param>
    /// <param name="parties">What is known of each party.</param>
    /// <param name="isPending">Per part (<see cref="PartyJudge.Units"/>), whether something of it is still in its old form.</param>
    public PartyRecord(
        DataSetSchedule dataSet, ReadOnlySpan<TriggerValue> triggers, in RecordFacts facts, ReadOnlySpan<PartyFacts> parties, ReadOnlySpan<bool> isPending)
    {
        _dataSet = dataSet;
        Triggers = triggers;
        _facts = ref facts;
        Parties = parties;
        IsPending = isPending;
    }

    /// <summary>Per part, whether something of it is still in its old form.</summary>
    public ReadOnlySpan<bool> IsPending { get; }

    /// <summary>The values of the triggers.</summary>
    public ReadOnlySpan<TriggerValue> Triggers { get; }

    /// <summary>What is known of each party.</summary>
    public ReadOnlySpan<PartyFacts> Parties { get; }

    /// <summary>The record as far as it is a party's.</summary>
    /// <param name="party">The party's index.</param>
    public RetentionRecord Of(int party) => new(_dataSet, Triggers, in Parties[party].Known);

    /// <summary>The record without any person.</summary>
    public RetentionRecord OfNobody() => new(_dataSet, Triggers, in _facts);
}

/// <summary>What becomes of a record that concerns several people.</summary>
/// <param name="Record">The first fate that any field has.</param>
/// <param name="IsWhole">Whether the record goes whole.</param>
/// <param name="Units">The decision over each part, in the order of <see cref="PartyJudge.Units"/>.</param>
public sealed record PartyVerdict(FateDecision Record, bool IsWhole, IReadOnlyList<FateDecision> Units);
