using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Records what the gate has answered: one entry per data set, or a sum where the activities say so.</summary>
internal sealed class UseRecorder(Journal journal, SubjectCommands subjects, ActorKeys actors, UseSums sums, IClock clock)
{
    private const int MostRequests = 8192;

    private readonly Lock _gate = new();
    private readonly HashSet<(string Request, string Subject, string Use)> _recorded = [];

    /// <summary>Records a decision.</summary>
    /// <exception cref="ProcessingNotRecordedException">It could not be recorded.</exception>
    public async ValueTask RecordAsync(
        ProcessingRequest request, ProcessingUse use, SubjectStanding standing, ProcessingDecision decision, string? wouldBe, CancellationToken cancellationToken)
    {
        try
        {
            var now = clock.GetCurrentInstant();
            var actor = request.Actor is { Id: { Length: > 0 } id } known
                ? known.IsService ? ServiceName(use, id)
                    : await actors.OfAsync(use.Program.Policy, use.Controller, id, standing.State is not null, cancellationToken).ConfigureAwait(false)
                : null;
            var entries = new List<(UseData Data, string Key)>();
            foreach (var data in Describe(request, use, decision, actor))
            {
                if (wouldBe is null && decision is { IsAllowed: true, RestrictedUse: null } && IsSummed(use, data))
                {
                    await sums.CountAsync(use.Controller, SumOf(use, data, now), now, cancellationToken).ConfigureAwait(false);
                }
                else if (!IsRecorded(request, data))
                {
                    entries.Add((data, KeyOf(data)));
                }
            }

            if (entries.Count > 0)
            {
                await AppendAsync(request, use, standing, wouldBe ?? TypeOf(decision), [.. entries.Select(entry => entry.Data)], now, cancellationToken)
                    .ConfigureAwait(false);
                Remember(request, entries.Select(entry => entry.Key));
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new ProcessingNotRecordedException(exception);
        }
    }

    private static string TypeOf(ProcessingDecision decision) => decision.Outcome switch
    {
        ProcessingOutcome.Allowed => ProcessingEntries.Allowed,
        ProcessingOutcome.NeedsHuman => ProcessingEntries.NeedsHuman,
        _ => ProcessingEntries.Denied,
    };

    private async ValueTask AppendAsync(
        ProcessingRequest request, ProcessingUse use, SubjectStanding standing, string type, IReadOnlyList<UseData> entries, Instant now,
        CancellationToken cancellationToken)
    {
        // What is not declared may be anything, and who was forgotten is nobody: they name no stream.
        var isKnown = !use.Denials.Any(denial => denial.Code == ProcessingReasons.ControllerUnknown) && request.Subject.Key.Value is { Length: > 0 }
            && standing.State is not { IsForgotten: true };
        if (isKnown && standing.State is { LeavingSince: not null })
        {
            // What was read to decide says so: nothing else is read for it whenever somebody's data is used.
            await subjects.KeepAsync([request.Subject], cancellationToken).ConfigureAwait(false);
        }

        NewJournalEntry[] content =
        [
            .. entries.Select(data => new NewJournalEntry(type, now, JsonSerializer.Serialize(data, ProcessingJson.Default.UseData))
            {
                Controller = isKnown ? use.Controller : null,
                Subject = isKnown ? request.Subject.Key : null,
            }),
        ];
        var stream = isKnown ? ProcessingEntries.StreamOf(request.Subject) : ProcessingEntries.Nobody;
        await journal.RecordAsync(stream, JournalStream.AnyVersion, content, transaction: null, cancellationToken).ConfigureAwait(false);
    }

    private static IEnumerable<UseData> Describe(ProcessingRequest request, ProcessingUse use, ProcessingDecision decision, string? actor)
    {
        var policy = use.Program.Policy;
        var all = new UseData(policy.Hash)
        {
            Purpose = use.Program.WithPurpose(use.Purpose).Length > 0 ? use.Purpose : null,
            Role = request.Actor?.Role is { } role && policy.Roles.ContainsKey(role) ? role : null,
            Actor = actor,
            Automation = request.Automation == ProcessingAutomation.None ? null : request.Automation.ToString(),
            Channel = request.Channel,
            RestrictedUse = decision.RestrictedUse?.ToString(),
            IsPeriodChecked = decision.IsAllowed ? decision.IsPeriodChecked : null,
            Request = request.RequestId,
            Tasks = decision.Tasks.Count > 0 ? decision.Tasks : null,
        };
        var groups = use.Parts.GroupBy(part => part.DataSet, StringComparer.Ordinal).ToArray();
        if (groups.Length == 0)
        {
            return [all with { Reasons = ReasonsOf(decision, null) }];
        }

        return groups.Select(group => all with
        {
            DataSet = group.Key,
            Categories = [.. group.SelectMany(part => part.Categories).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Bases = decision.Bases.Count == 0 ? null
                : [.. decision.Bases.Where(basis => basis.DataSet == group.Key)
                    .Select(basis => new BasisData(basis.Activity, basis.Basis?.ToString(), basis.Instruction))],
            Reasons = ReasonsOf(decision, group.Key),
        });
    }

    private static ReasonData[]? ReasonsOf(ProcessingDecision decision, string? dataSet) => decision.Reasons.Count == 0 ? null :
    [
        .. decision.Reasons.Where(reason => reason.DataSet is null || dataSet is null || reason.DataSet == dataSet)
            .Select(reason => new ReasonData(reason.Code, reason.Activity, reason.About)),
    ];

    /// <summary>A service is named by what it is called, where its role is one of services; anything else may be a person.</summary>
    private static string? ServiceName(ProcessingUse use, string id) =>
        use.Plan.Role is { } role && use.Program.Policy.Roles.GetValueOrDefault(role) is { Service: true } ? id : null;

    private static bool IsSummed(ProcessingUse use, UseData data) =>
        data.Bases is { Count: > 0 } bases && bases.All(basis => use.Program.Policy.Activities[basis.Activity].AggregateUses);

    private static SumData SumOf(ProcessingUse use, UseData data, Instant now)
    {
        var policy = use.Program.Policy;
        var zone = use.Plan.Client?.Zone ?? (policy.Controllers.GetValueOrDefault(use.Controller) ?? policy.Controllers.Values.First()).TimeZone;
        return new SumData(data.Policy, LocalDays.TodayAt(now, DateTimeZoneProviders.Tzdb[zone]), 1)
        {
            Purpose = data.Purpose,
            DataSet = data.DataSet,
            Categories = data.Categories,
            Bases = data.Bases,
            Role = data.Role,
            Actor = data.Actor,
        };
    }

    private bool IsRecorded(ProcessingRequest request, UseData data)
    {
        if (request.RequestId is not { } id)
        {
            return false;
        }

        lock (_gate)
        {
            return _recorded.Contains((id, request.Subject.ToString(), KeyOf(data)));
        }
    }

    /// <summary>Only what is in the journal counts as recorded.</summary>
    private void Remember(ProcessingRequest request, IEnumerable<string> keys)
    {
        if (request.RequestId is not { } id)
        {
            return;
        }

        lock (_gate)
        {
            if (_recorded.Count >= MostRequests)
            {
                _recorded.Clear();
            }

            _recorded.UnionWith(keys.Select(key => (id, request.Subject.ToString(), key)));
        }
    }

    private static string KeyOf(UseData data) => JsonSerializer.Serialize(data, ProcessingJson.Default.UseData);
}
