using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Policies.Lint;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>That people have accepted terms: which version, when and through which channel. It is no consent to anything (Art. 7(2)): a contract may follow
/// from it (Art. 6(1)(b)).</summary>
public sealed class TermsAcceptances
{
    private readonly Func<GdprPolicy> _policy;
    private readonly SubjectDirectory _directory;
    private readonly Journal _journal;
    private readonly JournalFolds _folds;
    private readonly TermsRegister _register;
    private readonly IClock _clock;

    internal TermsAcceptances(Func<GdprPolicy> policy, SubjectDirectory directory, Journal journal, JournalFolds folds, TermsRegister register, IClock clock)
    {
        _policy = policy;
        _directory = directory;
        _journal = journal;
        _folds = folds;
        _register = register;
        _clock = clock;
    }

    /// <summary>Records that a person has accepted terms.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="shown">The terms that were shown: a document of kind terms, and its version.</param>
    /// <param name="channel">Through which channel: a short word such as <c>web</c>.</param>
    /// <param name="occurredAt">When; <see langword="null"/> for now.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="ArgumentException">The document is none of the policy's terms, its version or language is not stated, it occurred in the future, or
    /// the channel is no
    /// short word.</exception>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key it is: register the person anew.</exception>
    public async Task<TermsAcceptance> AcceptAsync(
        DataSubject subject, ShownText shown, string channel, Instant? occurredAt = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(shown);
        ArgumentNullException.ThrowIfNull(channel);
        ClearText.CheckName(channel, nameof(channel));
        var now = _clock.GetCurrentInstant();
        ConsentChecks.RefuseAhead(occurredAt, now);
        if (_policy().Documents.Find(shown.Document) is not { Kind: DocumentKind.Terms } || !ClearText.IsName(shown.Version) || !ClearText.IsName(shown.Language))
        {
            throw new ArgumentException("Name one of the policy's documents of kind terms, the version and the language that were shown.", nameof(shown));
        }

        var controller = _directory.ControllerOf(subject.Controller);
        var accepted = new TermsAcceptance(shown, channel, occurredAt ?? now);
        var data = JsonSerializer.Serialize(accepted, TermsJson.Default.TermsAcceptance);
        var entry = new NewJournalEntry(TermsRegister.Accepted, accepted.OccurredAt, data) { Controller = controller, Subject = subject.Key };
        await _directory.KeepAsync(subject, cancellationToken).ConfigureAwait(false);
        await _journal.RecordAsync(TermsRegister.StreamOf(subject), JournalStream.AnyVersion, entry, cancellationToken).ConfigureAwait(false);
        return accepted;
    }

    /// <summary>What a person has accepted, in the order in which it was recorded. Of each document the last is known as long as the person is; those before go
    /// with the proofs of their time (<see cref="JournalOptions.Keep"/>).</summary>
    /// <param name="subject">The person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<TermsAcceptance>> ListAsync(DataSubject subject, CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return [.. (await _register.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).Lines.Select(line => line.Accepted)];
    }
}

/// <summary>That a person has accepted terms.</summary>
/// <param name="Shown">The terms: document, version, language.</param>
/// <param name="Channel">Through which channel.</param>
/// <param name="OccurredAt">When.</param>
public sealed record TermsAcceptance(ShownText Shown, string Channel, Instant OccurredAt);

/// <summary>The generated code that reads and writes acceptances.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantJson)])]
[JsonSerializable(typeof(TermsAcceptance))]
[JsonSerializable(typeof(TermsState))]
internal sealed partial class TermsJson : JsonSerializerContext;
