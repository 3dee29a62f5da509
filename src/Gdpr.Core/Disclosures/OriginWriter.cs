using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>How origins and notices get into the journal: many people in an entry, and nobody of them forgotten meanwhile.</summary>
internal sealed class OriginWriter(SubjectCommands commands, Journal journal, JournalFolds folds, DisclosureOptions options)
{
    /// <summary>What looks at the texts of callers before anything is written.</summary>
    public InputTexts Texts => journal.Texts;

    /// <summary>The entries that say of people that they were given a notice.</summary>
    public IReadOnlyList<NewJournalEntry> NoticeEntries(GdprPolicy policy, NoticeGiven notice, IReadOnlyList<DataSubject> people, Instant now)
    {
        ClearText.CheckWord(notice.Channel, nameof(notice.Channel));
        Texts.CheckLine(notice.Version, "the version of the notice");
        Texts.CheckLine(notice.Language, "the language of the notice");
        var at = notice.At ?? now;
        if (at > now)
        {
            throw new ArgumentException("A notice is recorded when it has been given.", nameof(notice));
        }

        var document = NoticeOf(policy, notice.Document);
        var given = new NoticeEntry(notice.Document, notice.Version ?? document.Version, notice.Channel, notice.Language, []);
        return [.. Entries(people, keys => new(
            OriginEntries.NoticeGiven, at, JsonSerializer.Serialize(given with { Subjects = keys }, OriginJson.Default.NoticeEntry)))];
    }

    /// <summary>A notice of a policy.</summary>
    /// <exception cref="UnknownNoticeException">It is none.</exception>
    public static PolicyDocument NoticeOf(GdprPolicy policy, string id) =>
        policy.Documents.TryGetValue(id, out var document) && document.Kind == DocumentKind.Notice ? document : throw new UnknownNoticeException(id);

    /// <summary>The entries that say the same of people.</summary>
    public IEnumerable<NewJournalEntry> Entries(IEnumerable<DataSubject> people, Func<IReadOnlyList<string>, NewJournalEntry> entryOf) =>
        people.Chunk(options.SubjectsPerEntry).Select(chunk =>
            entryOf([.. chunk.Select(person => person.Key.ToString())]) with { Subject = chunk.Length == 1 ? chunk[0].Key : null });

    /// <summary>Appends entries that belong together, under an id of their own.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="people">Whom they name; none are kept where they name nobody.</param>
    /// <param name="entries">The entries.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <returns>The id.</returns>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key one of them is.</exception>
    public async ValueTask<string> WriteAsync(
        string controller, IEnumerable<DataSubject> people, IReadOnlyList<NewJournalEntry> entries, CancellationToken cancellationToken)
    {
        var id = commands.NewId();
        await commands.KeepAsync(people, cancellationToken).ConfigureAwait(false);
        PersonalEntry[] owned = [.. entries.Select(entry => new PersonalEntry(entry with { Controller = controller }))];
        await journal.RecordAsync(OriginEntries.StreamOf(id), 0, owned, null, cancellationToken).ConfigureAwait(false);
        await folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        return id;
    }
}
