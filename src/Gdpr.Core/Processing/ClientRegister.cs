using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Policies.Json;
using Gdpr.Subjects;

namespace Gdpr.Processing;

/// <summary>The clients of the organisation as processor, folded from the journal: one stream per client.</summary>
internal sealed class ClientRegister(IStateStore states) : StreamRegister<ProcessorClient>("clients", "client/", ClientJson.Default.ProcessorClient, states)
{
    /// <summary>Data: <see cref="ProcessorClient"/>; payload: <see cref="ClientDetails"/>.</summary>
    public const string Registered = "client-registered";

    /// <summary>Data: <see cref="ProcessorClient"/>.</summary>
    public const string Instructed = "client-instructed";

    /// <summary>The client has authorised sub-processors. Data: <see cref="ProcessorClient"/>.</summary>
    public const string Authorised = "client-sub-processors-authorised";

    /// <summary>Data: <see cref="ProcessorClient"/>.</summary>
    public const string Ended = "client-agreement-ended";

    /// <summary>The client has chosen what becomes of its data. Data: <see cref="ProcessorClient"/>.</summary>
    public const string Chosen = "client-data-chosen";

    /// <summary>Data: <see cref="ProcessorClient"/>.</summary>
    public const string Reviewed = "client-agreement-reviewed";

    /// <summary>The data have been returned or deleted. Data: <see cref="ProcessorClient"/>.</summary>
    public const string DataEnded = "client-data-ended";

    // Each entry says everything.
    public override ProcessorClient After(ProcessorClient? before, JournalEntry entry) =>
        EntryData.Read(entry, ClientJson.Default.ProcessorClient) with
        {
            Version = entry.Version,
            OccurredAt = entry.Content.OccurredAt,
            Details = entry.Content.Payload?.ToString(),
        };

    /// <summary>An entry that says everything of a client.</summary>
    public static NewJournalEntry EntryOf(string type, ProcessorClient client) =>
        new(type, client.OccurredAt, JsonSerializer.Serialize(client, ClientJson.Default.ProcessorClient))
        {
            Controller = client.Id,
            Payload = client.Details is { } details ? Digest.Parse(details) : null,
        };

    protected override Restatement Restate(string stream, ProcessorClient state) => new(stream, state.Version, [EntryOf(Registered, state)]);
}

/// <summary>Who a client is: of a sole trader it is a person.</summary>
internal sealed record ClientDetails(string Name, string? Contact);

/// <summary>The generated code that reads and writes clients.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantJson), typeof(LocalDateJson), typeof(PeriodText)], UseStringEnumConverter = true)]
[JsonSerializable(typeof(ProcessorClient))]
[JsonSerializable(typeof(ClientDetails))]
internal sealed partial class ClientJson : JsonSerializerContext;
