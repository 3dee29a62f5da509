using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Disclosures;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>Decisions by automated means alone (Art. 22), each recorded when it is taken, so that it can be explained to the person and looked at by a human.</summary>
/// <remarks>The factors are kept in the vault; the journal commits to them. What is explained is what was applied: the logic of the policy's version that was in force
/// then, and the factors of this one decision (C-203/22).</remarks>
public sealed class AutomatedDecisions
{
    private const int Attempts = 20;

    private readonly DecidingPolicies _policies;
    private readonly SubjectDirectory _directory;
    private readonly Journal _journal;
    private readonly IJournalStore _store;
    private readonly ISubjectVault _vault;
    private readonly IClock _clock;

    internal AutomatedDecisions(DecidingPolicies policies, SubjectDirectory directory, Journal journal, IJournalStore store, ISubjectVault vault, IClock clock)
    {
        (_policies, _directory, _journal, _store, _vault, _clock) = (policies, directory, journal, store, vault, clock);
    }

    /// <summary>Records a decision when it is taken. The same again changes nothing.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="AutomatedDecisionException"><c>E-AUTO-01</c>: no activity of the person's controller declares such decisions. <c>E-AUTO-02</c>: it has no factor,
    /// or lies in the future: nobody could explain it. <c>E-AUTO-03</c>: another decision about the person has the reference.</exception>
    /// <exception cref="InvalidTextException">A factor is no text.</exception>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key it is.</exception>
    public async Task RecordAsync(AutomatedDecision decision, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var (policy, now) = (_policies.Current, _clock.GetCurrentInstant());
        Check(decision, policy, now);
        var data = new DecisionData(decision.Activity, decision.Reference, decision.Outcome, decision.LogicVersion)
        {
            By = ActingFunction.Check(decision.By, nameof(decision)),
            Policy = policy.Hash,
        };
        var factors = JsonSerializer.SerializeToUtf8Bytes(new DecisionFactors(decision.Factors), DecisionJson.Default.DecisionFactors);
        var entry = new NewJournalEntry(DecisionEntries.Taken, decision.At ?? now, JsonSerializer.Serialize(data, DecisionJson.Default.DecisionData))
        {
            Controller = decision.Subject.Controller,
            Subject = decision.Subject.Key,
        };
        await _policies.KeepAsync(cancellationToken).ConfigureAwait(false);
        await _directory.KeepAsync(decision.Subject, cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            var (taken, version) = await ReadAsync(decision.Subject, cancellationToken).ConfigureAwait(false);
            if (taken.FirstOrDefault(one => one.Data.Reference == decision.Reference) is { Data: not null } known)
            {
                if (known.Data with { Policy = data.Policy } != data)
                {
                    throw new AutomatedDecisionException("E-AUTO-03", "Another decision about the person has the reference: give each decision one of its own.");
                }

                return;
            }

            try
            {
                await _journal.RecordAsync(
                    DecisionEntries.StreamOf(decision.Subject), version, entry, policy.Activities[decision.Activity].Purpose, factors, cancellationToken)
                    .ConfigureAwait(false);
                return;
            }
            catch (JournalConflictException) when (attempt < Attempts)
            {
                // Another decision about the person has just been recorded: perhaps this one.
            }
        }
    }

    /// <summary>Explains a decision to the person (Art. 13(2)(f), 15(1)(h), 22(3)): the procedure and the principles that were applied, what it means, the factors that
    /// weighed, and what the person may do.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="reference">The decision's reference.</param>
    /// <param name="language">A two-letter code: <c>sv</c> for Swedish; anything else is taken as English.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns><see langword="null"/> where no decision about this person has the reference.</returns>
    public async Task<DecisionExplanation?> ExplainAsync(
        DataSubject subject, string reference, string language = "en", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(language);
        ClearText.CheckCode(reference, nameof(reference));
        var (all, _) = await ReadAsync(subject, cancellationToken).ConfigureAwait(false);
        return all.FirstOrDefault(one => one.Data.Reference == reference) is { Data: not null } taken
            ? await ExplainAsync(subject, taken.Entry, taken.Data, language, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <summary>All decisions about a person that are on record, explained, in the order in which they were recorded.</summary>
    internal async ValueTask<IReadOnlyList<DecisionExplanation>> ExplainAllAsync(DataSubject subject, string language, CancellationToken cancellationToken)
    {
        var explained = new List<DecisionExplanation>();
        foreach (var (entry, data) in (await ReadAsync(subject, cancellationToken).ConfigureAwait(false)).Taken)
        {
            explained.Add(await ExplainAsync(subject, entry, data, language, cancellationToken).ConfigureAwait(false));
        }

        return explained;
    }

    /// <summary>The function or system that took a decision; <see langword="null"/> where none about the person has the reference.</summary>
    internal async ValueTask<string?> TakenByAsync(DataSubject subject, string reference, CancellationToken cancellationToken) =>
        (await ReadAsync(subject, cancellationToken).ConfigureAwait(false)).Taken.FirstOrDefault(one => one.Data.Reference == reference).Data?.By;

    private async ValueTask<DecisionExplanation> ExplainAsync(
        DataSubject subject, JournalEntry entry, DecisionData taken, string language, CancellationToken cancellationToken)
    {
        var policy = await _policies.FindAsync(taken.Policy, cancellationToken).ConfigureAwait(false) ?? _policies.Current;
        var activity = policy.Activities.GetValueOrDefault(taken.Activity);
        var stored = entry.Content.Payload is { } payload
            ? await _vault.ReadPayloadAsync(subject.Controller, payload, cancellationToken).ConfigureAwait(false) : null;
        return new DecisionExplanation(taken.Reference, taken.Outcome, entry.Content.OccurredAt)
        {
            Activity = taken.Activity,
            Purpose = activity?.Purpose,
            Logic = activity?.Profiling?.Logic?.In(language),
            LogicVersion = taken.LogicVersion,
            Consequences = activity?.Profiling?.Consequences?.In(language),
            Factors = stored is null ? [] : JsonSerializer.Deserialize(stored.Content.Span, DecisionJson.Default.DecisionFactors)!.Factors,
            HumanReview = activity?.Profiling?.HumanReview,
            MayBeContested = activity?.Profiling?.Requires is not ProfilingRequirement.Law || activity.Profiling.HumanReview is not null,
        };
    }

    private async ValueTask<(IReadOnlyList<(JournalEntry Entry, DecisionData Data)> Taken, long Version)> ReadAsync(
        DataSubject subject, CancellationToken cancellationToken)
    {
        var (taken, version) = (new List<(JournalEntry Entry, DecisionData Data)>(), 0L);
        await foreach (var entry in _store.ReadStreamAsync(DecisionEntries.StreamOf(subject), 0, cancellationToken).ConfigureAwait(false))
        {
            taken.Add((entry, JsonSerializer.Deserialize(entry.Content.Data, DecisionJson.Default.DecisionData)!));
            version = entry.Version;
        }

        return (taken, version);
    }

    private void Check(AutomatedDecision decision, GdprPolicy policy, Instant now)
    {
        ClearText.CheckCode(decision.Reference, nameof(decision));
        ClearText.CheckCode(decision.Outcome, nameof(decision));
        ClearText.CheckCode(decision.LogicVersion, nameof(decision));
        var controller = _directory.ControllerOf(decision.Subject.Controller);
        if (policy.Activities.GetValueOrDefault(decision.Activity) is not { Profiling.SolelyAutomated: true } activity
            || (activity.Controller ?? controller) != controller)
        {
            throw new AutomatedDecisionException(
                "E-AUTO-01", "No activity of the person's controller under that id takes decisions by automated means alone: declare it, with its profiling.");
        }

        if (decision.Factors.Count == 0 || decision.Factors.Any(factor => string.IsNullOrWhiteSpace(factor.Data) || string.IsNullOrWhiteSpace(factor.Effect)))
        {
            throw new AutomatedDecisionException("E-AUTO-02", "A decision has factors, each with what it is and how it weighed: without them nobody can explain it.");
        }

        if (decision.At > now)
        {
            throw new AutomatedDecisionException("E-AUTO-02", "The decision lies in the future: record it when it is taken.");
        }

        foreach (var factor in decision.Factors)
        {
            _journal.Texts.CheckLine(factor.Data, "a factor of the decision");
            _journal.Texts.CheckText(factor.Effect, "how a factor weighed");
        }
    }
}

/// <summary>A decision by automated means alone, with legal or similarly significant effect, as it is taken.</summary>
/// <param name="Subject">The person.</param>
/// <param name="Activity">The policy's activity.</param>
/// <param name="Reference">The host's reference of the decision: the person names it to have it looked at. No personal data.</param>
/// <param name="Outcome">What was decided: a stable code, such as <c>refused</c>.</param>
/// <param name="LogicVersion">The version of the model or the rules that decided: a stable code.</param>
/// <param name="By">The system, or the function that runs it: no person. Nobody of that function reviews the decision.</param>
/// <param name="Factors">The main factors, at least one, the weightiest first.</param>
public sealed record AutomatedDecision(
    DataSubject Subject, string Activity, string Reference, string Outcome, string LogicVersion, string By, params IReadOnlyList<DecisionFactor> Factors)
{
    /// <summary>When it was taken; <see langword="null"/> for now.</summary>
    public Instant? At { get; init; }

    /// <summary>The reference alone.</summary>
    public override string ToString() => $"{nameof(AutomatedDecision)} {Reference}";
}

/// <summary>What weighed in a decision about one person. Personal: kept in the vault.</summary>
/// <param name="Data">Which of the person's data, in words that the person understands or as a path.</param>
/// <param name="Effect">How it weighed: for or against, how much, and what would have changed the decision.</param>
public sealed record DecisionFactor(string Data, string Effect)
{
    /// <summary>That there is a factor: nothing of the person.</summary>
    public override string ToString() => nameof(DecisionFactor);
}

/// <summary>What a person is told of a decision by automated means alone.</summary>
/// <param name="Reference">The decision's reference.</param>
/// <param name="Outcome">What was decided.</param>
/// <param name="At">When.</param>
public sealed record DecisionExplanation(string Reference, string Outcome, Instant At)
{
    /// <summary>The activity.</summary>
    public string Activity { get; init; } = "";

    /// <summary>The purpose.</summary>
    public string? Purpose { get; init; }

    /// <summary>The procedure and the principles that were applied, as the policy of that time says.</summary>
    public string? Logic { get; init; }

    /// <summary>The version of the model or the rules that decided.</summary>
    public string LogicVersion { get; init; } = "";

    /// <summary>What the decision means for the person, and may lead to.</summary>
    public string? Consequences { get; init; }

    /// <summary>The main factors, the weightiest first; none where they have been erased.</summary>
    public IReadOnlyList<DecisionFactor> Factors { get; init; } = [];

    /// <summary>The function that looks at the decision anew when the person asks.</summary>
    public string? HumanReview { get; init; }

    /// <summary>Whether the person may have a human look at it, say what they think of it, and contest it (Art. 22(3)). Where law authorises the decision, that law may
    /// say otherwise.</summary>
    public bool MayBeContested { get; init; }

    /// <summary>The reference alone: nothing of the person.</summary>
    public override string ToString() => $"{nameof(DecisionExplanation)} of {Reference}";
}

/// <summary>A decision by automated means cannot be recorded as stated (<c>E-AUTO-01</c> to <c>-03</c>).</summary>
public sealed class AutomatedDecisionException : GdprException
{
    internal AutomatedDecisionException(string code, string message)
        : base(code, message)
    {
    }
}

/// <summary>What the journal holds of decisions: one stream for each person.</summary>
internal static class DecisionEntries
{
    /// <summary>Data: <see cref="DecisionData"/>; payload: <see cref="DecisionFactors"/>.</summary>
    public const string Taken = "automated-decision-taken";

    public static string StreamOf(DataSubject subject) => $"automated-decisions/{subject.Controller}/{subject.Key}";
}

/// <summary>A decision as it was taken.</summary>
internal sealed record DecisionData(string Activity, string Reference, string Outcome, string LogicVersion)
{
    public string? By { get; init; }

    public string? Policy { get; init; }
}

/// <summary>The factors of a decision: personal.</summary>
internal sealed record DecisionFactors(IReadOnlyList<DecisionFactor> Factors);

/// <summary>The generated code that reads and writes decisions.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DecisionData))]
[JsonSerializable(typeof(DecisionFactors))]
internal sealed partial class DecisionJson : JsonSerializerContext;
