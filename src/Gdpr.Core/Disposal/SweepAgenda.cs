using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>When each data set is to be swept next.</summary>
internal sealed class SweepAgenda(IStateStore states, IClock clock, SweepOptions options)
{
    private const string Kind = "sweep";
    private const string Turn = "sweep-turn";
    private const string Verification = "verification";

    private static readonly Duration Slack = Duration.FromMinutes(2);

    /// <summary>The data sets that are due: those never swept, and those whose time has come. They take turns: first those after the one swept last.</summary>
    public async ValueTask<IReadOnlyList<string>> ReadDueAsync(RetentionSchedule schedule, Instant now, CancellationToken cancellationToken)
    {
        var waiting = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var item in states.ReadDueItemsAsync(Kind, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            if (Waits(item, now, options.Every > options.RetryAfter ? options.Every : options.RetryAfter))
            {
                waiting.Add(item.Id);
            }
        }

        List<string> all = [.. schedule.DataSets.Select(dataSet => dataSet.Path)];
        var next = await LastSweptAsync(cancellationToken).ConfigureAwait(false) is { } last ? all.IndexOf(last) + 1 : 0;
        return [.. all[next..].Concat(all[..next]).Where(path => !waiting.Contains(ItemOf(path)))];
    }

    /// <summary>Puts the next sweep of a data set on the agenda.</summary>
    public async ValueTask PlanNextAsync(DataSetOutcome outcome, Instant now, CancellationToken cancellationToken)
    {
        var wait = outcome.Status switch
        {
            SweepStatus.Completed or SweepStatus.Manual => options.Every,
            SweepStatus.NotReached or SweepStatus.Failed or SweepStatus.Busy => options.RetryAfter,

            // Once it is approved, switched on or given time, it goes on at once.
            _ => TimeSpan.Zero,
        };
        await states.PutItemAsync(new OpenItem(ItemOf(outcome.DataSet), Kind, now + Duration.FromTimeSpan(wait), "{}"), cancellationToken).ConfigureAwait(false);
        var turn = JsonSerializer.Serialize(new TurnData(outcome.DataSet), DisposalJson.Default.TurnData);
        await states.PutItemAsync(new OpenItem(Turn, Turn, now, turn), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the journal is to be verified.</summary>
    public async ValueTask<bool> IsVerificationDueAsync(Instant now, CancellationToken cancellationToken)
    {
        await foreach (var item in states.ReadDueItemsAsync(Verification, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            return !Waits(item, now, options.VerifyEvery);
        }

        return true;
    }

    /// <summary>Puts the next verification of the journal on the agenda.</summary>
    public ValueTask PlanVerificationAsync(Instant now, CancellationToken cancellationToken) =>
        states.PutItemAsync(new OpenItem(Verification, Verification, now + Duration.FromTimeSpan(options.VerifyEvery), "{}"), cancellationToken);

    /// <summary>Makes data sets due at once; none means all.</summary>
    public async ValueTask WakeAsync(IReadOnlyList<string> dataSets)
    {
        var items = new List<string>();
        await foreach (var item in states.ReadDueItemsAsync(Kind, OpenItem.EndOfTime, CancellationToken.None).ConfigureAwait(false))
        {
            items.Add(item.Id);
        }

        foreach (var item in items.Where(item => dataSets.Count == 0 || dataSets.Select(ItemOf).Contains(item, StringComparer.Ordinal)))
        {
            await states.PutItemAsync(new OpenItem(item, Kind, clock.GetCurrentInstant(), "{}"), CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Whether an item is to wait. One that lies further ahead than was ever planned was put there by somebody else, or under another clock: it
    /// is due.</summary>
    private static bool Waits(OpenItem item, Instant now, TimeSpan longest) => item.Due > now && item.Due <= now + Duration.FromTimeSpan(longest) + Slack;

    private async ValueTask<string?> LastSweptAsync(CancellationToken cancellationToken)
    {
        await foreach (var item in states.ReadDueItemsAsync(Turn, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                return JsonSerializer.Deserialize(item.Content, DisposalJson.Default.TurnData)?.DataSet;
            }
            catch (JsonException)
            {
                // Not written by this library: nobody was.
                return null;
            }
        }

        return null;
    }

    private static string ItemOf(string dataSet) => $"sweep/{dataSet}";
}
