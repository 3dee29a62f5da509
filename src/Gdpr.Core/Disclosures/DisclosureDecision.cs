using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Whether data may be disclosed, what of it, and why.</summary>
public sealed record DisclosureDecision
{
    /// <summary>The answer.</summary>
    public required DisclosureOutcome Outcome { get; init; }

    /// <summary>The recipient's id.</summary>
    public required string Recipient { get; init; }

    /// <summary>The purpose's id; what was asked for where no activity has it.</summary>
    public required string Purpose { get; init; }

    /// <summary>The instant for which it was decided.</summary>
    public required Instant At { get; init; }

    /// <summary>Why it is denied, or what a human has to decide; none where it is allowed.</summary>
    public IReadOnlyList<DisclosureReason> Reasons { get; init; } = [];

    /// <summary>What is remarked without forbidding anything: agreements and safeguards that end soon, measures without evidence.</summary>
    public IReadOnlyList<DisclosureReason> Remarks { get; init; } = [];

    /// <summary>The activity that discloses; <see langword="null"/> where none does.</summary>
    public string? Activity { get; init; }

    /// <summary>The activity's lawful basis; <see langword="null"/> for a processor, whose controller has one.</summary>
    public LawfulBasisKind? Basis { get; init; }

    /// <summary>The version of the client's instruction, where it is a client's data; <see langword="null"/> for the organisation's own, or while there is none.</summary>
    public string? Instruction { get; init; }

    /// <summary>The agreement under which the recipient receives the data.</summary>
    public string? Agreement { get; init; }

    /// <summary>The law under which the recipient receives the data without agreement.</summary>
    public string? Law { get; init; }

    /// <summary>What the transfer rests on; <see langword="null"/> within the European Economic Area.</summary>
    public TransferDecision? Transfer { get; init; }

    /// <summary>The fields that may be sent, by path, ordinally. Nothing else is sent.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>What was asked for beyond these: left out where the request said to trim.</summary>
    public IReadOnlyList<string> Trimmed { get; init; } = [];

    /// <summary>The people whose data may be sent.</summary>
    public IReadOnlyList<DataSubject> Subjects { get; init; } = [];

    /// <summary>The people whose data may not be sent, and why.</summary>
    public IReadOnlyList<ExcludedSubject> Excluded { get; init; } = [];

    /// <summary>The tasks that were opened for a human, by id.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>Whether the gate only reports and would have said no.</summary>
    public bool IsReportOnly { get; init; }

    /// <summary>The id under which the journal has it; <see langword="null"/> where it was only asked.</summary>
    public string? Id { get; init; }

    /// <summary>Whether the data may be sent.</summary>
    public bool IsAllowed => Outcome == DisclosureOutcome.Allowed;

    /// <summary>What happens to fields beyond those that may be sent.</summary>
    internal DisclosureExcess Excess { get; init; }

    /// <summary>The part of a record that may be sent.</summary>
    /// <typeparam name="T">The type of values.</typeparam>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="record">The record's fields, by id.</param>
    /// <returns>The fields that may be sent, and the ids of those left out.</returns>
    /// <exception cref="DisclosureDeniedException">Nothing may be sent; or the record has more than may be, and the request did not say to trim.</exception>
    public MinimisedRecord<T> Minimise<T>(string dataSet, IReadOnlyDictionary<string, T> record)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        ArgumentNullException.ThrowIfNull(record);
        if (!IsAllowed)
        {
            throw new DisclosureDeniedException(Recipient, [.. Reasons.Select(reason => reason.Code)]);
        }

        var fields = Fields.ToHashSet(StringComparer.Ordinal);
        var kept = record.Where(field => fields.Contains($"{dataSet}.{field.Key}")).ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal);
        string[] removed = [.. record.Keys.Where(field => !kept.ContainsKey(field)).Order(StringComparer.Ordinal)];
        return removed.Length == 0 || Excess == DisclosureExcess.Trim
            ? new MinimisedRecord<T>(kept, removed)
            : throw new DisclosureDeniedException(Recipient, [DisclosureReasons.BeyondDeclared]);
    }
}

/// <summary>The answers to whether data may be disclosed.</summary>
public enum DisclosureOutcome
{
    /// <summary>It may.</summary>
    Allowed,

    /// <summary>It may not.</summary>
    Denied,

    /// <summary>A human has to decide; until then it may not.</summary>
    NeedsHuman,
}

/// <summary>A reason why data is not disclosed, or a remark.</summary>
/// <param name="Code">The stable code: <see cref="DisclosureReasons"/>, or the gate's <see cref="Processing.ProcessingReasons"/>.</param>
/// <param name="Article">The article or finding that it rests on.</param>
/// <param name="About">What it is about: an id of the policy or a path. No personal data.</param>
public sealed record DisclosureReason(string Code, string Article, string? About = null)
{
    /// <summary>The code, what it is about and the article.</summary>
    public override string ToString() => About is null ? $"{Code} ({Article})" : $"{Code}: {About} ({Article})";
}

/// <summary>A person whose data may not be disclosed.</summary>
/// <param name="Subject">The person.</param>
/// <param name="Reason">Why.</param>
public sealed record ExcludedSubject(DataSubject Subject, DisclosureReason Reason);

/// <summary>The part of a record that may be sent.</summary>
/// <typeparam name="T">The type of values.</typeparam>
/// <param name="Fields">The fields that may be sent, by id.</param>
/// <param name="Removed">The ids of the fields that were left out, ordinally.</param>
public sealed record MinimisedRecord<T>(IReadOnlyDictionary<string, T> Fields, IReadOnlyList<string> Removed)
{
    /// <summary>How many fields: nothing of what they hold.</summary>
    public override string ToString() => $"{nameof(MinimisedRecord<>)} of {Fields.Count} fields, {Removed.Count} left out";
}

/// <summary>Data was to be sent that may not be (<c>E-DISC-01</c>).</summary>
public sealed class DisclosureDeniedException : GdprException
{
    internal DisclosureDeniedException(string recipient, IReadOnlyList<string> reasons)
        : base("E-DISC-01", $"Nothing is sent to '{recipient}': {string.Join(", ", reasons)}. Ask for what may be disclosed first, and send only that.") => Reasons = reasons;

    /// <summary>The stable codes of the reasons: <see cref="DisclosureReasons"/>.</summary>
    public IReadOnlyList<string> Reasons { get; }
}
