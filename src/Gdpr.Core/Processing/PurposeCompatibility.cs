using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Assesses new purposes for data that is there already (Art. 6(4), 13(3), 14(4)): the five factors, a human's decision, the notice. Until all three are on
/// record the gate does not let the data be used.</summary>
/// <remarks>What rests on consent, or on a law, is open to a new consent or another law only, and never to this.</remarks>
public sealed class PurposeCompatibility
{
    private const string Purpose = "accountability";
    private const int Attempts = 20;

    private readonly Func<GdprPolicy> _policy;
    private readonly SubjectDirectory _directory;
    private readonly Journal _journal;
    private readonly IJournalStore _store;
    private readonly JournalFolds _folds;
    private readonly CompatibilityRegister _register;
    private readonly HumanTasks _tasks;
    private readonly ProcessingOptions _options;
    private readonly IClock _clock;

    internal PurposeCompatibility(
        Func<GdprPolicy> policy, SubjectDirectory directory, Journal journal, IJournalStore store, JournalFolds folds, CompatibilityRegister register, HumanTasks tasks,
        ProcessingOptions options, IClock clock)
    {
        (_policy, _directory, _journal, _store, _folds) = (policy, directory, journal, store, folds);
        (_register, _tasks, _options, _clock) = (register, tasks, options, clock);
    }

    /// <summary>Records the five factors, and opens the task of whoever decides. Where a consent or a law carries the first purpose, the answer is
    /// there at once.</summary>
    /// <param name="proposal">The purposes and the factors.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="PurposeCompatibilityException">A purpose is not declared, a factor is missing, or it has been decided already.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<CompatibilityState> ProposeAsync(CompatibilityProposal proposal, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        var policy = _policy();
        foreach (var factor in new[] { proposal.Link, proposal.Context, proposal.Nature, proposal.Consequences, proposal.Safeguards })
        {
            _journal.Texts.CheckText(factor, "a factor of the assessment");
        }

        var controller = _directory.ControllerOf(proposal.Controller);
        Require(
            proposal.From != proposal.To && Declares(policy, proposal.From) && Declares(policy, proposal.To),
            "Name two purposes that activities of the policy have.");
        Require(proposal.HasAllFactors || proposal.IsArticle89, "State all five factors of Art. 6(4): link, context, nature, consequences, safeguards.");
        var phase = CompatibilityJudge.NeedsNewConsent(policy, controller, proposal.From) ? CompatibilityPhase.NewConsentNeeded
            : proposal.IsArticle89 ? CompatibilityPhase.Compatible : CompatibilityPhase.Proposed;
        var task = phase == CompatibilityPhase.Proposed
            ? $"compatibility-{controller}-{proposal.From}-{proposal.To}-{_clock.GetCurrentInstant().ToUnixTimeTicks()}" : null;
        var factors = JsonSerializer.SerializeToUtf8Bytes(proposal, CompatibilityJson.Default.CompatibilityProposal);
        var state = await ChangeAsync(
            CompatibilityRegister.Proposed, (controller, proposal.From, proposal.To),
            known =>
            {
                Require(known?.Phase is not CompatibilityPhase.Compatible, "The new purpose has been found compatible already.");
                return new CompatibilityState(controller, proposal.From, proposal.To, phase) { Task = task };
            },
            factors, cancellationToken).ConfigureAwait(false);
        if (state.Task is { } id)
        {
            var now = _clock.GetCurrentInstant();
            await _tasks.OpenAsync(
                new HumanTask(id, ProcessingReasons.CompatibilityNotAssessed, _options.TaskOwner, now + Duration.FromTimeSpan(_options.TaskDueAfter), now)
                {
                    Controller = controller,
                    About = $"{proposal.From} -> {proposal.To}",
                    Reason = ProcessingReasons.CompatibilityNotAssessed,
                    Question = "Is the new purpose compatible with the one that the data was collected for (Art. 6(4))?",
                },
                cancellationToken).ConfigureAwait(false);
        }

        return state;
    }

    /// <summary>Says whether a new purpose is compatible.</summary>
    /// <param name="from">The purpose that the data was collected for.</param>
    /// <param name="to">The new purpose.</param>
    /// <param name="isCompatible">Whether it is.</param>
    /// <param name="by">The function in the organisation that decides: no person.</param>
    /// <param name="controller">The controller; with exactly one declared, it is the default.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="PurposeCompatibilityException">Nothing is proposed.</exception>
    public async Task<CompatibilityState> DecideAsync(
        string from, string to, bool isCompatible, string by, string? controller = null, CancellationToken cancellationToken = default)
    {
        var function = ActingFunction.Check(by, nameof(by));
        var phase = isCompatible ? CompatibilityPhase.Compatible : CompatibilityPhase.Incompatible;
        var state = await ChangeAsync(
            CompatibilityRegister.Decided, (_directory.ControllerOf(controller), from, to),
            known =>
            {
                Require(
                    known?.Phase == CompatibilityPhase.Proposed || known?.Phase == phase,
                    "Only what is proposed, and neither a consent nor a law carries, is decided.");
                return known!.Phase == phase ? null : known with { Phase = phase, DecidedBy = function };
            },
            null, cancellationToken).ConfigureAwait(false);
        if (state.Task is { } task)
        {
            await _tasks.CompleteAsync(task, isCompatible ? "compatible" : "not-compatible", function, cancellationToken).ConfigureAwait(false);
        }

        return state;
    }

    /// <summary>Says that people have been told of a new purpose: it may be used from then on.</summary>
    /// <param name="from">The purpose that the data was collected for.</param>
    /// <param name="to">The new purpose.</param>
    /// <param name="givenAt">When they were told; never in the future. <see langword="null"/> for now.</param>
    /// <param name="controller">The controller; with exactly one declared, it is the default.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="PurposeCompatibilityException">The new purpose has not been found compatible, or the notice lies in the future.</exception>
    public Task<CompatibilityState> NoticeGivenAsync(
        string from, string to, Instant? givenAt = null, string? controller = null, CancellationToken cancellationToken = default)
    {
        var now = _clock.GetCurrentInstant();
        Require(givenAt is not { } at || at <= now, "The notice lies in the future: record it when it has been given.");
        return ChangeAsync(
            CompatibilityRegister.NoticeGiven, (_directory.ControllerOf(controller), from, to),
            known =>
            {
                Require(known?.Phase == CompatibilityPhase.Compatible, "The new purpose has not been found compatible: decide first, then tell people.");
                return known!.NoticeGivenAt is not null ? null : known with { NoticeGivenAt = givenAt ?? now };
            },
            null, cancellationToken);
    }

    /// <summary>All assessments, ordinally by controller and purposes.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<CompatibilityState>> ListAsync(CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var all = new List<CompatibilityState>();
        await foreach (var state in _register.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            all.Add(state);
        }

        return all;
    }

    private async Task<CompatibilityState> ChangeAsync(
        string type, (string Controller, string From, string To) key, Func<CompatibilityState?, CompatibilityState?> change, byte[]? factors,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var known = await ReadLatestAsync(key, cancellationToken).ConfigureAwait(false);
            if (change(known) is not { } changed)
            {
                return known!;
            }

            var entry = CompatibilityRegister.EntryOf(type, changed with { OccurredAt = _clock.GetCurrentInstant() });
            var stream = _register.StreamOf(CompatibilityRegister.KeyOf(key));
            try
            {
                await (factors is null
                    ? _journal.RecordAsync(stream, known?.Version ?? 0, entry, cancellationToken)
                    : _journal.RecordAsync(stream, known?.Version ?? 0, entry, Purpose, factors, cancellationToken)).ConfigureAwait(false);
            }
            catch (JournalConflictException) when (attempt < Attempts)
            {
                continue;
            }

            await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
            return (await ReadLatestAsync(key, CancellationToken.None).ConfigureAwait(false))!;
        }
    }

    private async ValueTask<CompatibilityState?> ReadLatestAsync((string Controller, string From, string To) key, CancellationToken cancellationToken)
    {
        var state = await _register.FindAsync(CompatibilityRegister.KeyOf(key), cancellationToken).ConfigureAwait(false);
        var stream = _register.StreamOf(CompatibilityRegister.KeyOf(key));
        await foreach (var entry in _store.ReadStreamAsync(stream, state?.Version ?? 0, cancellationToken).ConfigureAwait(false))
        {
            state = _register.After(state, entry);
        }

        return state;
    }

    private static bool Declares(GdprPolicy policy, string purpose) => policy.Activities.Values.Any(activity => activity.Purpose == purpose);

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new PurposeCompatibilityException(message);
        }
    }
}

/// <summary>An assessment of a new purpose does not hold (<c>E-PURP-01</c>).</summary>
public sealed class PurposeCompatibilityException : GdprException
{
    internal PurposeCompatibilityException(string message)
        : base("E-PURP-01", message)
    {
    }
}
