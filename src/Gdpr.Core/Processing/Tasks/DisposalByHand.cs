using Gdpr.Disposal;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing.Tasks;

/// <summary>Keeps a task open for each data set of which no source disposes: people look through it every so often, and dispose of what is due (Art. 5(1)(e)).</summary>
internal sealed class DisposalByHand(
    Func<RetentionSchedule> schedule, SourceInventory inventory, HumanTasks tasks, TaskRegister register, SweepOptions options, string owner) : ITimedStep
{
    public const string Kind = "dispose-by-hand";

    /// <summary>How a task ends of whose data set a source disposes by now.</summary>
    private const string Automatic = "automatic";

    public string Name => Kind;

    public async ValueTask RunAsync(Instant now, CancellationToken cancellationToken)
    {
        var open = (await tasks.ListOpenAsync(cancellationToken).ConfigureAwait(false)).Where(task => task.Kind == Kind).ToDictionary(task => task.About!);
        var manual = inventory.WithoutDisposal(schedule());
        foreach (var path in manual.Where(path => !open.ContainsKey(path)))
        {
            // The next look is counted from the last one, however late that was said to be done.
            var last = (await register.FindAsync(IdOf(path), cancellationToken).ConfigureAwait(false))?.DoneAt ?? now;
            await tasks.KeepOpenAsync(
                new HumanTask(IdOf(path), Kind, owner, last + Duration.FromTimeSpan(options.ByHandEvery), now)
                {
                    About = path,
                    Reason = SweepReasons.NoSource,
                    Question = $"No source disposes of '{path}'. Look through it by its rules, dispose of what is due and under no hold or restriction, and say: done.",
                },
                cancellationToken).ConfigureAwait(false);
        }

        foreach (var (path, task) in open.Where(task => !manual.Contains(task.Key, StringComparer.Ordinal)))
        {
            await tasks.CompleteAsync(task.Id, Automatic, owner, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string IdOf(string dataSet) => $"{Kind}/{dataSet}";
}
