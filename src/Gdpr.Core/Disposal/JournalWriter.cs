using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Writes entries of this floor: what happens, happens now.</summary>
internal sealed class JournalWriter(IJournalStore journal, IClock clock)
{
    /// <summary>Records what has happened just now.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">The version of its last entry.</param>
    /// <param name="type">What happened.</param>
    /// <param name="data">The clear content, as JSON.</param>
    /// <param name="controller">The controller concerned.</param>
    /// <param name="payload">The commitment to the payload, which the vault holds already.</param>
    public async ValueTask<JournalEntry> RecordAsync(
        string stream, long expectedVersion, string type, string data, string? controller = null, Digest? payload = null)
    {
        var now = clock.GetCurrentInstant();
        var entry = new NewJournalEntry(type, now, data) { Controller = string.IsNullOrEmpty(controller) ? null : controller, Payload = payload };

        // What has happened is recorded, whoever has stopped waiting for it.
        var entries = await journal.AppendAsync(stream, expectedVersion, now, [entry], null, CancellationToken.None).ConfigureAwait(false);
        return entries[0];
    }

    /// <summary>A new id, in the order of time.</summary>
    public string NewId() => Guid.CreateVersion7(clock.GetCurrentInstant().ToDateTimeOffset()).ToString("N");
}
