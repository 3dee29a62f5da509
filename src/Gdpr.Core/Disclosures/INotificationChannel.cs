using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>A way of telling recipients what has become of a person's data. Hosts plug in their own; <c>Gdpr.Http</c> has one.</summary>
/// <remarks>Whatever throws is an attempt that failed, and is tried again. The same notification may be sent several times: its id is the same, and the recipient
/// acts once.</remarks>
public interface INotificationChannel
{
    /// <summary>Whether it reaches a recipient.</summary>
    /// <param name="id">The recipient's id.</param>
    /// <param name="recipient">The recipient as the policy declares it.</param>
    bool Reaches(string id, Recipient recipient);

    /// <summary>Sends a notification.</summary>
    /// <param name="notification">The notification. It holds personal data: it goes to the recipient, encrypted, and into no log.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<NotificationReply> SendAsync(OutgoingNotification notification, CancellationToken cancellationToken);
}

/// <summary>A notification on its way.</summary>
/// <param name="Id">Its id: the same however often it is sent.</param>
/// <param name="RecipientId">The recipient's id.</param>
/// <param name="Recipient">The recipient as the policy declares it.</param>
/// <param name="Kind">What the recipient is told.</param>
/// <param name="DoneAt">When it was done.</param>
/// <param name="Controller">Who tells.</param>
public sealed record OutgoingNotification(string Id, string RecipientId, Recipient Recipient, RecipientNoticeKind Kind, Instant DoneAt, Controller Controller)
{
    /// <summary>The controller's id.</summary>
    public string ControllerId { get; init; } = "";

    /// <summary>By which the recipient knows the person.</summary>
    public IReadOnlyList<PersonIdentity> Identities { get; init; } = [];

    /// <summary>The fields concerned, by path.</summary>
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>Of a rectification: the correct values, by the field's path.</summary>
    public IReadOnlyDictionary<string, string?> Corrections { get; init; } = System.Collections.Frozen.FrozenDictionary<string, string?>.Empty;

    /// <summary>Of a rectification: what the person says of values that stay as they are (Art. 16), by the field's path.</summary>
    public IReadOnlyDictionary<string, string> Statements { get; init; } = System.Collections.Frozen.FrozenDictionary<string, string>.Empty;

    /// <summary>Which attempt it is, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Its id and the recipient's: nothing of the person.</summary>
    public override string ToString() => $"{nameof(OutgoingNotification)} {Id} to {RecipientId}";
}

/// <summary>What came of sending a notification.</summary>
public sealed record NotificationReply
{
    private const int LongestCode = 64;

    private NotificationReply(NotificationOutcome outcome, string? code) => (Outcome, Code) = (outcome, code);

    /// <summary>The recipient knows and acts.</summary>
    public static NotificationReply Acknowledged { get; } = new(NotificationOutcome.Acknowledged, null);

    /// <summary>It was delivered; nobody has acknowledged it.</summary>
    public static NotificationReply Delivered { get; } = new(NotificationOutcome.Delivered, null);

    /// <summary>What came of it.</summary>
    public NotificationOutcome Outcome { get; }

    /// <summary>The stable code of what went wrong.</summary>
    public string? Code { get; }

    /// <summary>It was not delivered, and may be later.</summary>
    /// <param name="code">Why: lower-case letters, digits and hyphens, such as <c>timeout</c>. It stands in the journal: no personal data.</param>
    public static NotificationReply Unreachable(string code) => new(NotificationOutcome.Unreachable, Checked(code));

    /// <summary>The recipient will not take it as it is: people have to see to it. It is tried again all the same.</summary>
    /// <param name="code">Why: lower-case letters, digits and hyphens, such as <c>http-400</c>. It stands in the journal: no personal data.</param>
    public static NotificationReply Rejected(string code) => new(NotificationOutcome.Rejected, Checked(code));

    private static string Checked(string code) =>
        code is { Length: > 0 and <= LongestCode } && code.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-')
            ? code
            : throw new ArgumentException($"A code is made of at most {LongestCode} lower-case letters, digits and hyphens: it tells nothing of a person.", nameof(code));
}

/// <summary>What came of sending a notification.</summary>
public enum NotificationOutcome
{
    /// <summary>The recipient knows and acts.</summary>
    Acknowledged,

    /// <summary>It was delivered; nobody has acknowledged it.</summary>
    Delivered,

    /// <summary>It was not delivered, and may be later.</summary>
    Unreachable,

    /// <summary>The recipient will not take it as it is.</summary>
    Rejected,
}
