using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Writes entries of this floor: what happens, happens now, and is recorded, whoever has stopped waiting for it.</summary>
internal sealed class JournalWriter(Journal journal, IClock clock)
{
    /// <summary>What looks at the texts of callers before anything is written.</summary>
    public InputTexts Texts => journal.Texts;

    /// <summary>Records what has happened just now.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">The version of its last entry.</param>
    /// <param name="type">What happened.</param>
    /// <param name="data">The clear content, as JSON.</param>
    /// <param name="controller">The controller concerned; empty for none in particular.</param>
    public async ValueTask RecordAsync(string stream, long expectedVersion, string type, string data, string controller = "") =>
        await journal.RecordAsync(stream, expectedVersion, EntryOf(type, data, controller), CancellationToken.None).ConfigureAwait(false);

    /// <summary>Records what has happened just now, with a personal payload for the vault.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">The version of its last entry.</param>
    /// <param name="type">What happened.</param>
    /// <param name="data">The clear content, as JSON.</param>
    /// <param name="controller">The controller concerned; empty for none in particular.</param>
    /// <param name="purpose">The purpose that keeps the payload.</param>
    /// <param name="personal">The payload.</param>
    public async ValueTask RecordAsync(
        string stream, long expectedVersion, string type, string data, string controller, string purpose, ReadOnlyMemory<byte> personal) =>
        await journal.RecordAsync(stream, expectedVersion, EntryOf(type, data, controller), purpose, personal, CancellationToken.None).ConfigureAwait(false);

    /// <summary>A new id, in the order of time.</summary>
    public string NewId() => Guid.CreateVersion7(clock.GetCurrentInstant().ToDateTimeOffset()).ToString("N");

    private NewJournalEntry EntryOf(string type, string data, string controller) =>
        new(type, clock.GetCurrentInstant(), data) { Controller = controller.Length > 0 ? controller : null };
}
