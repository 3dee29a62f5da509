using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Sums up uses per actor, purpose, categories and day. The first use of a day is recorded at once; further ones are counted, and recorded after
/// a bounded number and time.</summary>
/// <remarks>What could not be recorded stays counted, and the call that found out fails; so do those after it, until it is recorded. A process that dies loses no
/// more than the count since the last sum: that the actor used the data that day is on record.</remarks>
internal sealed class UseSums(Journal journal, ProcessingOptions options, IClock clock) : ITimedStep, IAsyncDisposable, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _recording = new(1);
    private readonly Dictionary<(string Controller, string Sum), long> _counts = [];
    private long _counted;
    private Instant? _oldest;
    private bool _hasFailed;
    private bool _isDisposed;

    public string Name => "uses";

    /// <summary>Counts a use.</summary>
    public async ValueTask CountAsync(string controller, SumData sum, Instant now, CancellationToken cancellationToken)
    {
        var key = (controller, Serialize(sum));
        bool isFirst;
        bool isDue;
        lock (_gate)
        {
            isFirst = !_counts.TryGetValue(key, out var count);
            if (!isFirst)
            {
                _counts[key] = count + 1;
                _counted++;
                _oldest ??= now;
            }

            isDue = _hasFailed || _counted >= options.SumAtMost || (_oldest is { } oldest && (now < oldest || now - oldest >= Duration.FromTimeSpan(options.SumFor)));
        }

        if (isFirst)
        {
            await journal.RecordAsync(
                ProcessingEntries.SumsOf(controller), JournalStream.AnyVersion, EntryOf(controller, key.Item2, sum), cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                _counts.TryAdd(key, 0);
            }
        }

        if (isDue)
        {
            await RecordAsync(sum.Day, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask RunAsync(Instant now, CancellationToken cancellationToken) =>
        await RecordAsync(now.InUtc().Date.PlusDays(-1), cancellationToken).ConfigureAwait(false);

    /// <summary>Records what is counted. Doing it twice is harmless: the container knows it by two names.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await RecordAsync(null, CancellationToken.None).ConfigureAwait(false);
            _recording.Dispose();
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _recording.Dispose();
    }

    /// <summary>Records what was counted since the last time, and forgets the days that are over.</summary>
    private async ValueTask RecordAsync(LocalDate? today, CancellationToken cancellationToken)
    {
        await _recording.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var byController in Counted().GroupBy(one => one.Key.Controller, StringComparer.Ordinal))
            {
                var sums = byController.ToArray();
                NewJournalEntry[] entries = [.. sums.Select(one => EntryOf(one.Key.Controller, one.Key.Sum, Deserialize(one.Key.Sum) with { Count = one.Count }))];
                await journal.RecordAsync(
                    ProcessingEntries.SumsOf(byController.Key), JournalStream.AnyVersion, entries, transaction: null, cancellationToken).ConfigureAwait(false);
                Subtract(sums);
            }

            ForgetBefore(today);
        }
        catch
        {
            lock (_gate)
            {
                _hasFailed = true;
            }

            throw;
        }
        finally
        {
            _recording.Release();
        }
    }

    private ((string Controller, string Sum) Key, long Count)[] Counted()
    {
        lock (_gate)
        {
            (_oldest, _hasFailed) = (null, false);
            return [.. _counts.Where(one => one.Value > 0).Select(one => (one.Key, one.Value))];
        }
    }

    private void Subtract(((string Controller, string Sum) Key, long Count)[] recorded)
    {
        lock (_gate)
        {
            foreach (var (key, count) in recorded)
            {
                _counts[key] -= count;
                _counted -= count;
            }
        }
    }

    /// <summary>Forgets the days before one of which nothing is left to record.</summary>
    private void ForgetBefore(LocalDate? day)
    {
        lock (_gate)
        {
            foreach (var key in _counts.Where(one => one.Value == 0 && Deserialize(one.Key.Sum).Day < day).Select(one => one.Key).ToList())
            {
                _counts.Remove(key);
            }
        }
    }

    private NewJournalEntry EntryOf(string controller, string key, SumData sum) =>
        new(ProcessingEntries.Summed, clock.GetCurrentInstant(), sum.Count == 1 ? key : Serialize(sum)) { Controller = controller };

    private static string Serialize(SumData sum) => JsonSerializer.Serialize(sum, ProcessingJson.Default.SumData);

    private static SumData Deserialize(string sum) => JsonSerializer.Deserialize(sum, ProcessingJson.Default.SumData)!;
}
