using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Processing;

/// <summary>The clients of the organisation as processor, folded from the journal: one stream per client.</summary>
internal sealed class ClientRegister(IStateStore states) : IJournalFold, IJournalRestater
{
    /// <summary>Data: <see cref="ProcessorClient"/>; payload: <see cref="ClientDetails"/>.</summary>
    public const string Registered = "client-registered";

    /// <summary>Data: <see cref="ProcessorClient"/>.</summary>
    public const string Instructed = "client-instructed";

    /// <summary>Data: <see cref="ProcessorClient"/>.</summary>
    public const string Ended = "client-agreement-ended";

    private const string Fold = "clients";
    private const string Prefix = "client/";

    public IReadOnlyList<string> States => [Fold];

    public static string StreamOf(string id) => Prefix + id;

    /// <summary>A client, or <see langword="null"/>: one indexed read.</summary>
    public async ValueTask<ProcessorClient?> FindAsync(string id, CancellationToken cancellationToken) =>
        await states.ReadAsync(Fold, "", id, cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : null;

    /// <summary>All clients, ordinally by id.</summary>
    public async IAsyncEnumerable<ProcessorClient> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
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

        if (await FindAsync(entry.Stream[Prefix.Length..], cancellationToken).ConfigureAwait(false) is not { } before || entry.Version > before.Version)
        {
            var after = After(entry);
            var content = JsonSerializer.Serialize(after, ClientJson.Default.ProcessorClient);
            await states.WriteAsync(new FoldedState(Fold, "", after.Id, entry.Position, content), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>A client after an entry of its stream: each says everything.</summary>
    public static ProcessorClient After(JournalEntry entry) => JsonSerializer.Deserialize(entry.Content.Data, ClientJson.Default.ProcessorClient)! with
    {
        Version = entry.Version,
        OccurredAt = entry.Content.OccurredAt,
        Details = entry.Content.Payload?.ToString(),
    };

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            if (state.Position <= position && Read(state) is var client)
            {
                yield return new Restatement(StreamOf(client.Id), client.Version, [EntryOf(Registered, client)]);
            }
        }
    }

    /// <summary>An entry that says everything of a client.</summary>
    public static NewJournalEntry EntryOf(string type, ProcessorClient client) =>
        new(type, client.OccurredAt, JsonSerializer.Serialize(client, ClientJson.Default.ProcessorClient))
        {
            Controller = client.Id,
            Payload = client.Details is { } details ? Digest.Parse(details) : null,
        };

    private static ProcessorClient Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, ClientJson.Default.ProcessorClient)!;
}

/// <summary>Who a client is: of a sole trader it is a person.</summary>
internal sealed record ClientDetails(string Name, string? Contact);

/// <summary>The generated code that reads and writes clients.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(ProcessorClient))]
[JsonSerializable(typeof(ClientDetails))]
internal sealed partial class ClientJson : JsonSerializerContext;
