using System.Text.Json.Serialization;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>What the journal holds of notifications: one stream each.</summary>
internal static class NotificationEntries
{
    public const string Prefix = "notification/";

    /// <summary>A recipient is to be told. Data: <see cref="RecipientNotification"/>; payload: <see cref="NotificationPayload"/>, until it is acknowledged.</summary>
    public const string Queued = "notification-queued";

    /// <summary>Delivered, not acknowledged. Data: <see cref="NotificationStep"/>.</summary>
    public const string Sent = "notification-sent";

    /// <summary>Not delivered. Data: <see cref="NotificationStep"/>.</summary>
    public const string Failed = "notification-failed";

    /// <summary>Late, and held back by one that comes before it: people are asked to see to it. Data: <see cref="NotificationStep"/>.</summary>
    public const string Waits = "notification-waits";

    /// <summary>The recipient knows and acts. Data: <see cref="NotificationStep"/>.</summary>
    public const string Acknowledged = "notification-acknowledged";

    /// <summary>Data: <see cref="NotificationStep"/>.</summary>
    public const string Impossible = "notification-impossible";

    /// <summary>A notification that is outstanding, as it was when the entries before expired. Data: <see cref="RecipientNotification"/>.</summary>
    public const string Restated = "notification-restated";

    public static string StreamOf(string id) => Prefix + id;

    public static bool IsOf(string stream) => stream.StartsWith(Prefix, StringComparison.Ordinal);
}

/// <summary>A later step of a notification.</summary>
internal sealed record NotificationStep(string Id)
{
    /// <summary>When it is tried again.</summary>
    public Instant? Next { get; init; }

    /// <summary>The stable code of what went wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>The function that took the step by hand.</summary>
    public string? By { get; init; }

    /// <summary>Why, where it is impossible.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether people are asked to see to it.</summary>
    public bool Escalates { get; init; }

    /// <summary>Whether it was an attempt.</summary>
    public bool IsAttempt { get; init; }
}

/// <summary>What tells a recipient whom a notification is about: personal, and erased once it is acknowledged.</summary>
internal sealed record NotificationPayload(IReadOnlyList<PersonIdentity> Identities, IReadOnlyDictionary<string, string?> Corrections)
{
    /// <summary>What the person says of values that stay; <see langword="null"/> for nothing.</summary>
    public IReadOnlyDictionary<string, string>? Statements { get; init; }
}

/// <summary>The notifications about a person, in the order in which they were queued.</summary>
internal sealed record PersonNotifications(IReadOnlyList<string> Ids)
{
    public static PersonNotifications None { get; } = new([]);
}

/// <summary>The generated code that reads and writes notifications.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UseStringEnumConverter = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(RecipientNotification))]
[JsonSerializable(typeof(NotificationStep))]
[JsonSerializable(typeof(NotificationPayload))]
[JsonSerializable(typeof(PersonNotifications))]
internal sealed partial class NotificationJson : JsonSerializerContext;
