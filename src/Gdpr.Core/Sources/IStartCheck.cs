using Gdpr.Retention;

namespace Gdpr.Sources;

/// <summary>Something that has to be in order before a host works: looked at once when it starts, after its sources have prepared themselves.</summary>
public interface IStartCheck
{
    /// <summary>Looks.</summary>
    /// <param name="schedule">The policy's rules.</param>
    /// <param name="inventory">The sources.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What somebody should know and does not stop the start: it is logged.</returns>
    /// <exception cref="GdprException">Something stops the start. Where a source cannot be reached (<see cref="SourceUnavailableException"/>) that is only
    /// logged.</exception>
    ValueTask<IReadOnlyList<string>> CheckAsync(RetentionSchedule schedule, SourceInventory inventory, CancellationToken cancellationToken);
}
