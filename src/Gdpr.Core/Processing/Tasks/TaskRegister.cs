using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing.Tasks;

/// <summary>The tasks, folded from the journal: one stream per task.</summary>
internal sealed class TaskRegister(IStateStore states) : StreamRegister<HumanTask>("tasks", "task/", TaskJson.Default.HumanTask, states)
{
    public const string Opened = "task-opened";
    public const string Done = "task-done";

    public override HumanTask? After(HumanTask? before, JournalEntry entry) => entry.Content.Type switch
    {
        Opened => EntryData.Read(entry, TaskJson.Default.HumanTask) with { Version = entry.Version },
        Done when before is not null => EntryData.Read(entry, TaskJson.Default.TaskDone) is var done
            ? before with { Version = entry.Version, Outcome = done.Outcome, DoneBy = done.By, DoneAt = entry.Content.OccurredAt } : before,
        _ => before,
    };

    // What is done needs no saying again; what is open was said in one entry.
    protected override Restatement? Restate(string stream, HumanTask state) => !state.IsOpen ? null : new Restatement(
        stream, state.Version, [EntryOf(Opened, state.OpenedAt, JsonSerializer.Serialize(state, TaskJson.Default.HumanTask), state)]);

    /// <summary>An entry about a task.</summary>
    public static NewJournalEntry EntryOf(string type, Instant at, string data, HumanTask task) => new(type, at, data)
    {
        Controller = task.Controller is { Length: > 0 } controller ? controller : null,
        Subject = task.Subject is { } subject ? new SubjectKey(subject) : null,
    };
}
