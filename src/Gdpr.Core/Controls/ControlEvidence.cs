using System.Text.Json;
using Gdpr.Disclosures;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>Evidence of what the policy claims, and where each measure stands by it (Art. 24, 32(1)(d)).</summary>
/// <remarks>A claim without fresh evidence is never a pass. Days are counted in the zone of the policy's first controller.</remarks>
public sealed class ControlEvidence : IDisclosureEvidence
{
    private const int LongestReference = 200;

    private readonly Journal _journal;
    private readonly EvidenceFold _fold;
    private readonly SubjectDirectory _directory;
    private readonly JournalFolds _folds;
    private readonly Func<GdprPolicy> _policy;
    private readonly IClock _clock;

    internal ControlEvidence(Journal journal, SubjectDirectory directory, EvidenceFold fold, JournalFolds folds, Func<GdprPolicy> policy, IClock clock)
    {
        _directory = directory;
        _journal = journal;
        _fold = fold;
        _folds = folds;
        _policy = policy;
        _clock = clock;
    }

    /// <summary>Records evidence.</summary>
    /// <param name="evidence">What was looked at, and what was found.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidEvidenceException">The policy declares nothing of the kind, or something is missing: all problems at once.</exception>
    public async Task RecordAsync(Evidence evidence, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var (by, now, target) = (ActingFunction.Check(evidence.By, nameof(evidence)), _clock.GetCurrentInstant(), evidence.Target);
        string[] problems = [.. EvidenceChecks.Problems(target, _policy()), .. ProblemsOf(evidence, now)];
        if (problems.Length > 0)
        {
            throw new InvalidEvidenceException(problems);
        }

        var data = new EvidenceData(evidence.Outcome, by)
        {
            System = target.System,
            Capacity = target.Capacity,
            Reference = evidence.Reference,
            NextReview = evidence.NextReview,
        };
        await RecordAsync(target, EvidenceEntries.Recorded, evidence.At ?? now, JsonSerializer.Serialize(data, EvidenceJson.Default.EvidenceData), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Expects a member of staff to show a measure from now on, such as training: until there is evidence, it is missing. Doing it twice changes
    /// nothing.</summary>
    /// <param name="control">The measure's id.</param>
    /// <param name="person">The member of staff.</param>
    /// <param name="by">The function in the organisation that says so.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidEvidenceException">The policy has no such measure that is shown for each member of staff.</exception>
    public Task ExpectAsync(string control, DataSubject person, string by, CancellationToken cancellationToken = default) =>
        ExpectAsync(control, person, by, EvidenceEntries.PersonExpected, cancellationToken);

    /// <summary>Expects it no longer: the person has left.</summary>
    /// <param name="control">The measure's id.</param>
    /// <param name="person">The member of staff.</param>
    /// <param name="by">The function in the organisation that says so.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="InvalidEvidenceException">The policy has no such measure that is shown for each member of staff.</exception>
    public Task ReleaseAsync(string control, DataSubject person, string by, CancellationToken cancellationToken = default) =>
        ExpectAsync(control, person, by, EvidenceEntries.PersonReleased, cancellationToken);

    /// <summary>Where each measure of the policy stands, in policy order.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<ControlStatus>> ReadAsync(CancellationToken cancellationToken = default) =>
        (await JudgeAsync(cancellationToken).ConfigureAwait(false)).Controls();

    /// <summary>Where each measure stands that a recipient is required to take, in policy order. A lack of evidence is reported, and may keep a disclosure
    /// back.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RecipientControl>> ReadRecipientsAsync(CancellationToken cancellationToken = default) =>
        (await JudgeAsync(cancellationToken).ConfigureAwait(false)).Recipients();

    /// <summary>The families of measures, each with where its measures stand; and the activities that no measure protects.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ControlCoverage> ReadCoverageAsync(CancellationToken cancellationToken = default) =>
        ControlCoverage.Of(_policy(), await ReadAsync(cancellationToken).ConfigureAwait(false));

    async ValueTask<IReadOnlyList<string>> IDisclosureEvidence.UnprovenAsync(
        string recipient, IReadOnlyList<string> controls, Instant now, CancellationToken cancellationToken)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var judge = await JudgeAsync(now, cancellationToken).ConfigureAwait(false);
        var known = _policy().Controls;
        return [.. controls.Where(control => !known.ContainsKey(control) || judge.OfRecipient(recipient, control).State != ControlState.Pass)];
    }

    private static IEnumerable<string> ProblemsOf(Evidence evidence, Instant now)
    {
        if (evidence.At > now)
        {
            yield return "It lies in the future: record it when it has happened.";
        }

        if (evidence.Reference is { } reference
            && (reference.Length is 0 or > LongestReference || reference.Any(c => c == '@' || char.IsWhiteSpace(c))
                || HostileSigns.FirstIn(reference, isLine: true) >= 0))
        {
            yield return $"A reference is an address or a number of at most {LongestReference} characters, without spaces, and no e-mail address: "
                + "name where the proof is.";
        }

        if (evidence is { Target.Kind: EvidenceKind.Assessment, Outcome: EvidenceOutcome.Passed, NextReview: null })
        {
            yield return "An assessment that was reviewed says when it is reviewed next: state it.";
        }
    }

    private async Task ExpectAsync(string control, DataSubject person, string by, string type, CancellationToken cancellationToken)
    {
        var (data, target) = (new ExpectedData(ActingFunction.Check(by, nameof(by))), EvidenceTarget.Training(control, person));
        string[] problems = [.. EvidenceChecks.Problems(target, _policy())];
        if (problems.Length > 0)
        {
            throw new InvalidEvidenceException(problems);
        }

        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var isExpected = (await _fold.FindAsync(target.Path, cancellationToken).ConfigureAwait(false))?.ExpectedSince is not null;
        if (isExpected != (type == EvidenceEntries.PersonExpected))
        {
            await RecordAsync(target, type, _clock.GetCurrentInstant(), JsonSerializer.Serialize(data, EvidenceJson.Default.ExpectedData), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async ValueTask RecordAsync(EvidenceTarget target, string type, Instant at, string data, CancellationToken cancellationToken)
    {
        var entry = new NewJournalEntry(type, at, data) { Controller = target.Person?.Controller, Subject = target.Person?.Key };
        if (target.Person is { } person)
        {
            await _directory.KeepAsync(person, cancellationToken).ConfigureAwait(false);
        }

        await _journal.RecordAsync(EvidenceEntries.StreamOf(target.Path), JournalStream.AnyVersion, entry, cancellationToken).ConfigureAwait(false);
        await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask<ControlJudge> JudgeAsync(CancellationToken cancellationToken)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return await JudgeAsync(_clock.GetCurrentInstant(), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ControlJudge> JudgeAsync(Instant now, CancellationToken cancellationToken)
    {
        var policy = _policy();
        var zone = PolicyControllers.ZoneOf(policy);
        return new ControlJudge(policy, await _fold.ReadAsync(cancellationToken).ConfigureAwait(false), zone, LocalDays.TodayAt(now, zone));
    }
}
