using System.Runtime.CompilerServices;
using NodaTime;

namespace Gdpr.Processing.Tasks;

/// <summary>A floor's share of what falls due. Registered as a singleton beside the others; the calendar of what falls due asks them all.</summary>
internal interface IDueItems
{
    /// <summary>Everything that has not been done, whatever its date, in any order. Called after the folds have been caught up.</summary>
    /// <param name="now">The present.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<DueItem> ReadAsync(Instant now, CancellationToken cancellationToken);
}

/// <summary>The open tasks.</summary>
internal sealed class TaskDueItems(TaskRegister register) : IDueItems
{
    public async IAsyncEnumerable<DueItem> ReadAsync(Instant now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var task in register.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (task.IsOpen)
            {
                yield return new DueItem(DueKinds.Task, task.Id, task.DueBy, task.Owner)
                {
                    LegalLimit = task.LegalLimit,
                    Controller = task.Controller,
                    Subject = task.Subject,
                    About = task.About,
                    Task = task.Id,
                };
            }
        }
    }
}
