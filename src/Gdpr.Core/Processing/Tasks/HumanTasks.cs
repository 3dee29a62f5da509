using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing.Tasks;

/// <summary>What people have to decide or do: opened by the library where it must not decide alone, never forgotten, and listed when it is late.</summary>
public sealed class HumanTasks
{
    private readonly Journal _journal;
    private readonly IJournalStore _store;
    private readonly JournalFolds _folds;
    private readonly TaskRegister _register;
    private readonly SubjectCommands _subjects;
    private readonly IClock _clock;

    internal HumanTasks(Journal journal, IJournalStore store, JournalFolds folds, TaskRegister register, SubjectCommands subjects, IClock clock)
    {
        _journal = journal;
        _store = store;
        _folds = folds;
        _register = register;
        _subjects = subjects;
        _clock = clock;
    }

    /// <summary>The open tasks, the earliest due first.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<HumanTask>> ListOpenAsync(CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var open = new List<HumanTask>();
        await foreach (var task in _register.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (task.IsOpen)
            {
                open.Add(task);
            }
        }

        return [.. open.OrderBy(task => task.DueBy).ThenBy(task => task.Id, StringComparer.Ordinal)];
    }

    /// <summary>Says how a task ended. Doing it twice with the same outcome changes nothing.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="outcome">How it ended: a stable code.</param>
    /// <param name="by">The function in the organisation that did it: no person.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <returns>The task.</returns>
    /// <exception cref="UnknownTaskException">There is no such task, or it ended otherwise.</exception>
    /// <exception cref="ArgumentException">The outcome is no code: it stands in the journal in the clear.</exception>
    public async Task<HumanTask> CompleteAsync(string id, string outcome, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ClearText.CheckCode(outcome, nameof(outcome));
        var function = ActingFunction.Check(by, nameof(by));
        while (true)
        {
            var (task, version) = await FindAsync(id, cancellationToken).ConfigureAwait(false);
            if (task is null || (!task.IsOpen && task.Outcome != outcome))
            {
                throw new UnknownTaskException(id, task?.Outcome);
            }

            if (!task.IsOpen)
            {
                return task;
            }

            try
            {
                var data = JsonSerializer.Serialize(new TaskDone(outcome, function), TaskJson.Default.TaskDone);
                var entry = TaskRegister.EntryOf(TaskRegister.Done, _clock.GetCurrentInstant(), data, task);
                await _journal.RecordAsync(_register.StreamOf(id), version, entry, cancellationToken).ConfigureAwait(false);
                await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (JournalConflictException)
            {
                // Somebody else has just ended it: the next turn tells how.
            }
        }
    }

    /// <summary>Opens a task; one that is there under the id stays as it is.</summary>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whom it concerns.</exception>
    internal async ValueTask<HumanTask> OpenAsync(HumanTask task, CancellationToken cancellationToken) =>
        await TryOpenAsync(task, 0, cancellationToken).ConfigureAwait(false)
            ? task : (await FindAsync(task.Id, cancellationToken).ConfigureAwait(false)).Task ?? task;

    /// <summary>Opens a task, also where it has ended; one that is open stays as it is.</summary>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whom it concerns.</exception>
    internal async ValueTask KeepOpenAsync(HumanTask task, CancellationToken cancellationToken)
    {
        if (await _register.FindAsync(task.Id, cancellationToken).ConfigureAwait(false) is { IsOpen: true })
        {
            return;
        }

        var (known, version) = await FindAsync(task.Id, cancellationToken).ConfigureAwait(false);
        if (known is { IsOpen: true })
        {
            return;
        }

        // Unless somebody else has just opened it, too.
        await TryOpenAsync(task, version, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a task whose stream is as it was seen. Whom it concerns is not forgotten before it has ended: what opens it is restated until then.</summary>
    private async ValueTask<bool> TryOpenAsync(HumanTask task, long version, CancellationToken cancellationToken)
    {
        if (task.Subject is { } key)
        {
            await _subjects.KeepAsync([new DataSubject(task.Controller, new SubjectKey(key))], cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var entry = TaskRegister.EntryOf(TaskRegister.Opened, _clock.GetCurrentInstant(), JsonSerializer.Serialize(task, TaskJson.Default.HumanTask), task);
            await _journal.RecordAsync(_register.StreamOf(task.Id), version, entry, cancellationToken).ConfigureAwait(false);
        }
        catch (JournalConflictException)
        {
            return false;
        }

        await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<(HumanTask? Task, long Version)> FindAsync(string id, CancellationToken cancellationToken)
    {
        var (task, version) = (await _register.FindAsync(id, cancellationToken).ConfigureAwait(false), 0L);
        await foreach (var entry in _store.ReadStreamAsync(_register.StreamOf(id), 0, cancellationToken).ConfigureAwait(false))
        {
            (task, version) = (_register.After(task, entry), entry.Version);
        }

        return (task, version);
    }
}

/// <summary>There is no such task, or it ended with another outcome (<c>E-TASK-01</c>).</summary>
public sealed class UnknownTaskException : GdprException
{
    internal UnknownTaskException(string id, string? outcome)
        : base("E-TASK-01", outcome is null
            ? $"There is no {ClearText.NameOf(id, "task")}: list the open tasks, and name one of them."
            : $"The task '{id}' ended already, with the outcome '{outcome}': what was decided stands.")
    {
    }
}
