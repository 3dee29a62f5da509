using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>One list of everything that falls due: evidence, reviews, ends of agreements and safeguards, consents to renew, tasks, requests, breaches.</summary>
public sealed class DueCalendar
{
    private readonly IReadOnlyList<IDueItems> _floors;
    private readonly JournalFolds _folds;
    private readonly IClock _clock;

    internal DueCalendar(IEnumerable<IDueItems> floors, JournalFolds folds, IClock clock)
    {
        _floors = [.. floors];
        _folds = folds;
        _clock = clock;
    }

    /// <summary>What falls due up to an instant, what is overdue included, the earliest first. What cannot be read fails the call: a list with gaps would be
    /// believed.</summary>
    /// <param name="until">The last instant, exclusive; <see langword="null"/> for everything that is known.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<DueItem>> ListAsync(Instant? until = null, CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var (now, all) = (_clock.GetCurrentInstant(), new List<DueItem>());
        foreach (var floor in _floors)
        {
            await foreach (var item in floor.ReadAsync(now, cancellationToken).ConfigureAwait(false))
            {
                all.Add(item);
            }
        }

        // What has a task of its own is listed once: by what it is, not by its task.
        var named = all.Where(item => item.Kind != DueKinds.Task).Select(item => item.Task).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return
        [
            .. all.Where(item => item.Kind != DueKinds.Task || !named.Contains(item.Id))
                .Where(item => until is not { } end || item.DueBy <= end)
                .OrderBy(item => item.DueBy).ThenBy(item => item.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>What is overdue now, the earliest first.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<DueItem>> ListOverdueAsync(CancellationToken cancellationToken = default) => ListAsync(_clock.GetCurrentInstant(), cancellationToken);
}
