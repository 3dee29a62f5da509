using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Processing.Tasks;

/// <summary>The tasks, folded from the journal: one stream per task.</summary>
internal sealed class TaskRegister(IStateStore states) : IJournalFold, IJournalRestater
{
    public const string Opened = "task-opened";
    public const string Done = "task-done";

    private const string Fold = "tasks";
    private const string Prefix = "task/";

    public IReadOnlyList<string> States => [Fold];

    public static string StreamOf(string id) => Prefix + id;

    public async ValueTask<HumanTask?> FindAsync(string id, CancellationToken cancellationToken) =>
        await states.ReadAsync(Fold, "", id, cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : null;

    public async IAsyncEnumerable<HumanTask> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            yield return Read(state);
        }
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!entry.Stream.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var before = await FindAsync(entry.Stream[Prefix.Length..], cancellationToken).ConfigureAwait(false);
        if (After(before, entry) is { } after)
        {
            await states.WriteAsync(
                new FoldedState(Fold, "", after.Id, entry.Position, JsonSerializer.Serialize(after, TaskJson.Default.HumanTask)), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>A task after one more entry of its stream.</summary>
    public static HumanTask? After(HumanTask? before, JournalEntry entry) => entry.Content.Type switch
    {
        Opened => JsonSerializer.Deserialize(entry.Content.Data, TaskJson.Default.HumanTask)! with { Version = entry.Version },
        Done when before is not null => JsonSerializer.Deserialize(entry.Content.Data, TaskJson.Default.TaskDone)! is var done
            ? before with { Version = entry.Version, Outcome = done.Outcome, DoneBy = done.By, DoneAt = entry.Content.OccurredAt } : before,
        _ => before,
    };

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            // What is done needs no saying again.
            if (state.Position <= position && Read(state) is { IsOpen: true } task)
            {
                var opened = new NewJournalEntry(Opened, task.OpenedAt, state.Content)
                {
                    Controller = task.Controller is { Length: > 0 } controller ? controller : null,
                    Subject = task.Subject is { } subject ? new SubjectKey(subject) : null,
                };
                yield return new Restatement(StreamOf(task.Id), task.Version, [opened]);
            }
        }
    }

    private static HumanTask Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, TaskJson.Default.HumanTask)!;
}
