using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Which controllers suppress addresses, and since when: what is kept without end is reviewed every year.</summary>
internal sealed class SuppressionRegister(IStateStore states) : IJournalFold, IJournalRestater
{
    public const string Added = "marketing-suppressed";
    public const string Restated = "suppression-restated";

    private const string Fold = "suppression";
    private const string Prefix = "suppression/";

    public IReadOnlyList<string> States => [Fold];

    public static string StreamOf(string controller) => Prefix + controller;

    public async IAsyncEnumerable<(string Controller, SuppressionState State)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            yield return (state.Controller, Read(state.Content));
        }
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!entry.Stream.StartsWith(Prefix, StringComparison.Ordinal) || entry.Content.Controller is not { } controller)
        {
            return false;
        }

        var before = await states.ReadAsync(Fold, controller, "", cancellationToken).ConfigureAwait(false);
        var first = entry.Content.Type == Restated ? Read(entry.Content.Data).First : before is null ? entry.Content.OccurredAt : Read(before.Content).First;
        var content = JsonSerializer.Serialize(new SuppressionState(first, entry.Version), SuppressionJson.Default.SuppressionState);
        await states.WriteAsync(new FoldedState(Fold, controller, "", entry.Position, content), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            if (state.Position <= position)
            {
                var read = Read(state.Content);
                var restated = new NewJournalEntry(Restated, read.First, state.Content) { Controller = state.Controller };
                yield return new Restatement(StreamOf(state.Controller), read.Version, [restated]);
            }
        }
    }

    private static SuppressionState Read(string content) => JsonSerializer.Deserialize(content, SuppressionJson.Default.SuppressionState)!;
}

/// <summary>Has the list of suppressed addresses reviewed every so often: whether it is still needed, and used for nothing else.</summary>
internal sealed class SuppressionReview(
    Func<GdprPolicy> policy, JournalFolds folds, SuppressionRegister register, HumanTasks tasks, IStateStore states, ConsentOptions options) : ITimedStep
{
    private const string Kind = "suppression-review";
    public string Name => Kind;

    public async ValueTask RunAsync(Instant now, CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var planned = new Dictionary<string, Instant>(StringComparer.Ordinal);
        await foreach (var item in states.ReadDueItemsAsync(Kind, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            planned.Add(item.Content, item.Due);
        }

        await foreach (var (controller, state) in register.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!policy().Controllers.TryGetValue(controller, out var declared))
            {
                continue;
            }

            var zone = DateTimeZoneProviders.Tzdb[declared.TimeZone];
            var due = planned.TryGetValue(controller, out var known) ? known : EndOf(state.First);
            if (due <= now)
            {
                await tasks.OpenAsync(
                    new HumanTask(
                        $"{Kind}-{controller}-{LocalDays.DateOf(due, zone):uuuu-MM-dd}", Kind, options.Owner,
                        LocalDays.EndOf(options.TaskFor.EndOf(LocalDays.TodayAt(now, zone)), zone), now)
                    {
                        Controller = controller,
                        Question = "Addresses are suppressed without end. Is marketing still done, is the list asked before every send and import, "
                            + "and is it used for nothing else?",
                    },
                    cancellationToken).ConfigureAwait(false);
                due = EndOf(now);
            }
            else if (planned.ContainsKey(controller))
            {
                continue;
            }

            await states.PutItemAsync(new OpenItem($"{Kind}/{controller}", Kind, due, controller), cancellationToken).ConfigureAwait(false);

            Instant EndOf(Instant from) => LocalDays.EndOf(options.SuppressionReviewEvery.EndOf(LocalDays.DateOf(from, zone)), zone);
        }
    }
}
