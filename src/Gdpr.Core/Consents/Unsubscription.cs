using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Unsubscribing (Art. 7(3), 21(2)–(3)): by the link in a message, or however else a person says it, with the same effect, in one call.</summary>
/// <remarks>The purposes end for the person, whatever they rest on; what waits to be sent is cancelled; data that no other purpose keeps becomes due in every
/// source, and
/// goes with the next turn of the pump; a suppression entry keeps the address out of the next send and the next list. Doing it again changes nothing.</remarks>
public sealed class Unsubscription
{
    private const string Link = "link";

    private readonly Func<GdprPolicy> _policy;
    private readonly SubjectDirectory _directory;
    private readonly SubjectCommands _commands;
    private readonly ISubjectVault _vault;
    private readonly IKeyRing _keys;
    private readonly Suppression _suppression;
    private readonly ConsentEnding _ending;
    private readonly ConsentAftermath _aftermath;
    private readonly ConsentOptions _options;
    private readonly IClock _clock;

    internal Unsubscription(
        Func<GdprPolicy> policy, SubjectDirectory directory, SubjectCommands commands, ISubjectVault vault, IKeyRing keys, Suppression suppression,
        ConsentEnding ending, ConsentAftermath aftermath, ConsentOptions options, IClock clock)
    {
        _policy = policy;
        _directory = directory;
        _commands = commands;
        _vault = vault;
        _keys = keys;
        _suppression = suppression;
        _ending = ending;
        _aftermath = aftermath;
        _options = options;
        _clock = clock;
    }

    /// <summary>The headers of a message to a person, with a link that works for this person and list alone and tells nobody else anything.</summary>
    /// <param name="link">For whom and what.</param>
    /// <param name="endpoint">The address of the host's endpoint: https, without query or fragment. The token is added to its path.</param>
    /// <param name="mailbox">A mailbox that takes unsubscriptions too, where there is one.</param>
    /// <exception cref="ArgumentException">The endpoint is no such address, the link names no purpose of the policy's, or a word is none.</exception>
    public UnsubscribeHeaders CreateHeaders(UnsubscribeLink link, Uri endpoint, string? mailbox = null)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!endpoint.IsAbsoluteUri || endpoint.Scheme != Uri.UriSchemeHttps || endpoint.Query.Length > 0 || endpoint.Fragment.Length > 0)
        {
            throw new ArgumentException("The endpoint is an absolute https address without query and fragment, such as https://shop.example/unsubscribe.", nameof(endpoint));
        }

        if (mailbox is not null && (mailbox.Length == 0 || mailbox.Any(c => c is '<' or '>' or ',' || char.IsWhiteSpace(c) || char.IsControl(c))))
        {
            throw new ArgumentException("The mailbox is an address alone, without name and brackets.", nameof(mailbox));
        }

        Check(link.Purposes, link.Subject.Controller, link.Channel, link.List);
        var uri = new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{UnsubscribeTokens.Write(link, _clock.GetCurrentInstant(), _keys)}");
        return new UnsubscribeHeaders(mailbox is null ? $"<{uri}>" : $"<{uri}>, <mailto:{mailbox}>", "List-Unsubscribe=One-Click", uri);
    }

    /// <summary>Answers a request on a link. Only a POST with the body of RFC 8058 unsubscribes; neither cookies nor a login are asked for.</summary>
    /// <param name="token">The token: the last segment of the link's path.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="contentType">Its content type.</param>
    /// <param name="body">Its body.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    public async Task<(OneClickOutcome Outcome, UnsubscribeResult? Result)> HandleAsync(
        string token, string method, string? contentType = null, string? body = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(method);
        if (UnsubscribeTokens.Read(token, _keys) is not { } opened
            || (_options.UnsubscribeLinksFor is { } life && _clock.GetCurrentInstant() >= opened.IssuedAt + life))
        {
            return (OneClickOutcome.UnknownLink, null);
        }

        if (method.ToUpperInvariant() is "GET" or "HEAD")
        {
            return (OneClickOutcome.ShowPage, null);
        }

        if (!OneClick.Unsubscribes(method, contentType, body))
        {
            return (OneClickOutcome.NotOneClick, null);
        }

        var link = opened.Link;
        HashedIdentifier[] address = opened.Address is { } digest ? [new HashedIdentifier(opened.AddressKind, [digest])] : [];
        var result = await UnsubscribeAsync(
            link.Subject, address, new UnsubscribeOrder(link.Purposes, link.Channel, Link) { IsChannelOnly = link.IsChannelOnly }, cancellationToken)
            .ConfigureAwait(false);
        return (OneClickOutcome.Unsubscribed, result);
    }

    /// <summary>Unsubscribes a person who has said so in any other way: by mail, by telephone, at the counter. The same effect as the link.</summary>
    /// <param name="address">The address from which the person wants to hear no more: nothing else is asked for (Art. 21(2)). It need not be known.</param>
    /// <param name="order">From what.</param>
    /// <param name="controller">The controller; with exactly one declared, it is the default.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="ArgumentException">No purpose of the policy's is named, or a word is none.</exception>
    public async Task<UnsubscribeResult> UnsubscribeAsync(
        SubjectIdentifier address, UnsubscribeOrder order, string? controller = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(order);
        var known = _directory.ControllerOf(controller);
        Check(order.Purposes, known, order.Channel, order.Source);
        var hashed = address.Hash(known, _keys);
        var key = await _vault.FindAsync(known, hashed, cancellationToken).ConfigureAwait(false);
        return await UnsubscribeAsync(key is { } found ? new DataSubject(known, found) : null, [hashed], order, cancellationToken, known).ConfigureAwait(false);
    }

    private async Task<UnsubscribeResult> UnsubscribeAsync(
        DataSubject? subject, IReadOnlyList<HashedIdentifier> addresses, UnsubscribeOrder order, CancellationToken cancellationToken, string? controller = null)
    {
        // The address first: whatever happens next, nothing is sent to it any more.
        var owner = controller ?? subject!.Value.Controller;
        IReadOnlyList<HashedIdentifier> known = subject is { } person
            ? await _vault.ReadIdentifiersAsync(owner, person.Key, cancellationToken).ConfigureAwait(false) : [];
        HashedIdentifier[] suppressed = [.. addresses, .. known.Where(identifier => IsOf(order.Channel, identifier.Kind))];
        await _suppression.AddAsync(owner, suppressed, order.Channel, order.Purposes, order.Source, cancellationToken).ConfigureAwait(false);

        // The address of the link may be known as somebody else's by now, or under another key of the same person.
        await _suppression.CarryAsync(owner, addresses, subject, cancellationToken).ConfigureAwait(false);
        if (subject is not { } one)
        {
            return new UnsubscribeResult(null, [], ConsentEffects.None);
        }

        var (ended, fields, policy) = (new List<string>(), new List<ConsentState>(), _policy());
        await _commands.RecordAsync(
            one,
            before =>
            {
                ended.Clear();
                fields.Clear();
                return before.IsForgotten ? [] : [.. order.Purposes.SelectMany(purpose => EntriesOf(policy, one, before, purpose, order, ended, fields))];
            },
            null, cancellationToken).ConfigureAwait(false);
        foreach (var taken in fields)
        {
            await _ending.OpenFieldTasksAsync(one, taken.Purpose, [taken.Field!], _clock.GetCurrentInstant()).ConfigureAwait(false);
        }

        // Also where it is all on record: a call that was cut short is completed by the next.
        return new UnsubscribeResult(one, ended, await _aftermath.FollowAsync(one, order.Purposes).ConfigureAwait(false));
    }

    /// <summary>What ends a purpose for a person: an objection where it is marketing, the withdrawal of a consent that there is, the end of the purpose
    /// otherwise; and with it the fields that were given for it.</summary>
    private IEnumerable<PersonalEntry> EntriesOf(
        GdprPolicy policy, DataSubject subject, SubjectState before, string purpose, UnsubscribeOrder order, List<string> ended, List<ConsentState> fields)
    {
        var (now, isMarketing) = (_clock.GetCurrentInstant(), MarketingPurposes.Has(policy, purpose));
        var restsOnConsent = ConsentTerms.ActivitiesOf(policy, purpose, subject.Controller).Any(id => policy.Activities[id].Basis?.Consent is not null);
        var channel = order.IsChannelOnly ? order.Channel : null;
        var entries = new List<PersonalEntry>();
        if (isMarketing && !before.Objections.Any(one =>
            one.Stands(now) && one.IsTo(purpose, isMarketing) && one.IsAbout(channel) && one.Until is null && !before.CameWithErasure(one)))
        {
            var data = new ObjectionData(_commands.NewId(), [purpose], IsMarketing: true) { Channel = channel };
            entries.Add(EntryOf(subject, SubjectEntries.ObjectionRaised, JsonSerializer.Serialize(data, SubjectJson.Default.ObjectionData)));
        }

        if (!order.IsChannelOnly && restsOnConsent && before.ConsentTo(purpose) is not { Phase: ConsentPhase.Withdrawn or ConsentPhase.Refused, Requests: null })
        {
            var data = ConsentEnding.DataOf(before.ConsentTo(purpose), purpose, null) with { Channel = order.Channel, Reason = ConsentReasons.Unsubscribed };
            entries.Add(new PersonalEntry(_commands.EntryOf(
                subject, SubjectEntries.ConsentWithdrawn, data, ConsentEnding.TimeOf(null, before.ConsentTo(purpose), now))));
        }

        if (!order.IsChannelOnly)
        {
            var given = ConsentEnding.GivenFields(before, purpose);
            fields.AddRange(given);
            entries.AddRange(_ending.EndFields(subject, given, null, now, order.Channel, ConsentReasons.Unsubscribed));
        }

        if (!order.IsChannelOnly && !isMarketing && !restsOnConsent && !before.HasEnded(purpose))
        {
            var data = new EndingData(_commands.NewId(), [purpose], [], ConsentReasons.Unsubscribed);
            entries.Add(EntryOf(subject, SubjectEntries.PurposeEnded, JsonSerializer.Serialize(data, SubjectJson.Default.EndingData)));
        }

        if (entries.Count > 0)
        {
            ended.Add(purpose);
        }

        return entries;
    }

    private PersonalEntry EntryOf(DataSubject subject, string type, string data) => new(_commands.EntryOf(subject, type, data));

    private void Check(IReadOnlyList<string> purposes, string controller, string channel, string word)
    {
        ClearText.CheckName(channel, nameof(channel));
        ClearText.CheckName(word, nameof(word));
        if (purposes.Count == 0 || purposes.Any(purpose => !ConsentTerms.ActivitiesOf(_policy(), purpose, controller).Any()))
        {
            throw new ArgumentException("Name the purposes that end, each of an activity of the controller's.", nameof(purposes));
        }
    }

    /// <summary>Which identifiers are addresses of a channel; of a channel that says nothing of it, all.</summary>
    private static bool IsOf(string channel, IdentifierKind kind) => channel.ToLowerInvariant() switch
    {
        "email" => kind == IdentifierKind.Email,
        "sms" or "phone" => kind == IdentifierKind.Phone,
        _ => true,
    };
}

/// <summary>From what a person unsubscribes.</summary>
/// <param name="Purposes">The purposes that end, at least one.</param>
/// <param name="Channel">The channel, such as <c>email</c>: a short word.</param>
/// <param name="Source">How it was said: a short word such as <c>mail</c> or <c>telephone</c>.</param>
public sealed record UnsubscribeOrder(IReadOnlyList<string> Purposes, string Channel, string Source)
{
    /// <summary>Whether the purposes go on over other channels.</summary>
    public bool IsChannelOnly { get; init; }
}

/// <summary>What unsubscribing led to.</summary>
/// <param name="Subject">The person; <see langword="null"/> where nobody is known by the address: it is suppressed all the same.</param>
/// <param name="Ended">The purposes that ended by it; none where they had ended before.</param>
/// <param name="Effects">What follows, and what of it is not done yet.</param>
public sealed record UnsubscribeResult(DataSubject? Subject, IReadOnlyList<string> Ended, ConsentEffects Effects)
{
    /// <summary>What the person is told: that a coded form of the address is kept, and why.</summary>
    public LocalizedText Notice => Suppression.Notice;
}
