using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Subjects;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>The gate: reads where the person stands, decides, asks the host's rules, opens tasks, records.</summary>
internal sealed class ProcessingGate(
    UsePreparer uses, StandingReader standings, IEnumerable<IUseBlock> blocks, HostRules rules, GateTasks tasks, UseRecorder recorder,
    Func<RetentionSchedule> schedule, IProcessingActorSource? actors, ProcessingOptions options, IClock clock, ILogger logger) : IProcessingGate
{
    private readonly IUseBlock[] _blocks = [.. blocks];

    /// <inheritdoc/>
    public async Task<ProcessingDecision> DecideAsync(ProcessingRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ClearText.CheckWord(request.RequestId, nameof(request.RequestId));
        ClearText.CheckWord(request.Channel, nameof(request.Channel));
        request = request.Actor is null && actors?.Current is { } actor ? request with { Actor = actor } : request;
        var (state, unreadable) = await TryAsync(
            () => standings.ReadAsync(request.Subject, request.IsStrict, cancellationToken), cancellationToken).ConfigureAwait(false);
        var (use, problem) = await TryAsync(() => uses.PrepareAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false);

        // Where nobody can tell whose client it is, what the policy alone says stands for the rest.
        use ??= uses.PrepareFromPolicy(request);
        var now = clock.GetCurrentInstant();
        var standing = StandingOf(use.Program, request.Subject, problem is null && unreadable is null ? state : null, now);
        var reasons = new List<ProcessingReason>();
        var decision = DecidePurely(request, use, standing, now, reasons);
        reasons.AddRange(await BlockReasonsAsync(cancellationToken).ConfigureAwait(false));
        var answers = standing.State is { } known ? await rules.JudgeAsync(request, known, now, cancellationToken).ConfigureAwait(false) : [];
        reasons.AddRange(answers.Select(answer => answer.Reason));
        if (reasons.Count > 0)
        {
            decision = ProcessingDecision.Refused([.. decision.Reasons.Concat(reasons).Distinct()], decision.ForwardToController);
        }

        return await AnswerAsync(request, use, standing, decision, answers, now, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<ProcessingUse> PrepareAsync(ProcessingRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return uses.PrepareAsync(request.Actor is null && actors?.Current is { } actor ? request with { Actor = actor } : request, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<SubjectStanding> StandingAsync(DataSubject subject, CancellationToken cancellationToken = default)
    {
        var (state, _) = await TryAsync(() => standings.ReadAsync(subject, isStrict: false, cancellationToken), cancellationToken).ConfigureAwait(false);
        return StandingOf(uses.Program, subject, state, clock.GetCurrentInstant());
    }

    private static SubjectStanding StandingOf(ProcessingProgram program, DataSubject subject, SubjectState? state, Instant now) =>
        new(program, subject, state, now, isRegistered: state is not { IsRegistered: false });

    private ProcessingDecision DecidePurely(ProcessingRequest request, ProcessingUse use, SubjectStanding standing, Instant now, List<ProcessingReason> reasons)
    {
        var question = new ProcessingQuestion(use)
        {
            Channel = request.Channel,
            RestrictedUse = request.RestrictedUse,
            SubjectOrganisation = request.SubjectOrganisation,
        };
        var isChecked = request.Records.Count > 0 && Array.TrueForAll(use.Parts, part => request.Records.Any(record => record.DataSet == part.DataSet));
        var retention = schedule();
        question = ContractJudge.IsAsked(standing) ? WithContracts(question, standing, request.Records, retention.At(now)) : question;
        var decision = ProcessingJudge.Decide(question, standing, now, isChecked);
        if (!decision.IsAllowed || request.Records.Count == 0)
        {
            return decision;
        }

        var evaluator = retention.At(now);
        foreach (var record in request.Records)
        {
            if (retention.Find(record.DataSet) is not { } dataSet)
            {
                reasons.Add(ProcessingReasons.Of(ProcessingReasons.DataNotDeclared));
                continue;
            }

            var facts = record.Facts;
            var judged = PeriodJudge.Judge(decision, question, standing, evaluator, new RetentionRecord(dataSet, [.. record.Triggers], in facts));
            reasons.AddRange(judged.Reasons);
            decision = judged.IsAllowed ? judged : decision;
        }

        return decision;
    }

    private static ProcessingQuestion WithContracts(
        ProcessingQuestion question, SubjectStanding standing, IReadOnlyList<ProcessingRecord> records, RetentionEvaluator evaluator)
    {
        foreach (var record in records)
        {
            if (evaluator.Schedule.Find(record.DataSet) is { } dataSet)
            {
                question = ContractJudge.Show(question, standing, evaluator, new RetentionRecord(dataSet, [.. record.Triggers]));
            }
        }

        return question;
    }

    private async ValueTask<List<ProcessingReason>> BlockReasonsAsync(CancellationToken cancellationToken)
    {
        var reasons = new List<ProcessingReason>();
        foreach (var block in _blocks)
        {
            var (code, problem) = await TryAsync(() => block.FindAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            if ((problem is null ? code : ProcessingReasons.StateUnreadable) is { } found)
            {
                reasons.Add(ProcessingReasons.Of(found));
            }
        }

        return reasons;
    }

    private async ValueTask<ProcessingDecision> AnswerAsync(
        ProcessingRequest request, ProcessingUse use, SubjectStanding standing, ProcessingDecision decision, IReadOnlyList<HostRules.Answer> answers, Instant now,
        CancellationToken cancellationToken)
    {
        if (decision.IsAllowed)
        {
            await recorder.RecordAsync(request, use, standing, decision, null, cancellationToken).ConfigureAwait(false);
            return decision;
        }

        if (options.ReportOnly)
        {
            await recorder.RecordAsync(request, use, standing, decision, ProcessingEntries.WouldDeny, cancellationToken).ConfigureAwait(false);
            return new ProcessingDecision(ProcessingOutcome.Allowed, decision.Reasons, []) { IsReportOnly = true, ForwardToController = decision.ForwardToController };
        }

        if (decision.Outcome == ProcessingOutcome.NeedsHuman)
        {
            var opened = await tasks.OpenAsync(request, use, decision, answers, now, cancellationToken).ConfigureAwait(false);
            decision = new ProcessingDecision(decision.Outcome, decision.Reasons, []) { ForwardToController = decision.ForwardToController, Tasks = opened };
        }

        await recorder.RecordAsync(request, use, standing, decision, null, cancellationToken).ConfigureAwait(false);
        return decision;
    }

    /// <summary>What cannot be read is unknown, and unknown is not yes: the caller gets an answer, never an exception that it might take for one.</summary>
    private async ValueTask<(T? Value, Exception? Problem)> TryAsync<T>(Func<ValueTask<T>> read, CancellationToken cancellationToken)
        where T : class?
    {
        try
        {
            return (await read().ConfigureAwait(false), null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            ProcessingLog.LogUnreadable(logger, exception.GetType().Name);
            return (null, exception);
        }
    }
}
