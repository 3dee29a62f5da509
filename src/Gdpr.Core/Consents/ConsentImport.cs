using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Takes over consents that were given before the library was there: the only way in which a consent is recorded after the fact (Art. 7(1)).</summary>
/// <remarks>Many at a time, each person's all or none. After a crash, or at any time, the same consents can be imported again: what is on record is passed over.
/// Never over a later refusal or withdrawal, never for whoever has objected or is suppressed, never what erasure took away, and never to a text that has since changed in
/// what matters.</remarks>
public sealed class ConsentImport
{
    private const int BatchSize = 1000;
    private const int Attempts = 50;

    private readonly Func<GdprPolicy> _policy;
    private readonly SubjectDirectory _directory;
    private readonly SubjectRegister _subjects;
    private readonly SubjectCommands _commands;
    private readonly ISubjectVault _vault;
    private readonly IKeyRing _keys;
    private readonly Suppression _suppression;
    private readonly SuppressedAddresses _suppressed;
    private readonly ConsentAftermath _aftermath;
    private readonly Journal _journal;
    private readonly JournalFolds _folds;
    private readonly ConsentTextRegister _texts;
    private readonly ConsentOptions _options;
    private readonly IClock _clock;

    internal ConsentImport(
        Func<GdprPolicy> policy, SubjectDirectory directory, SubjectRegister subjects, SubjectCommands commands, ISubjectVault vault, IKeyRing keys,
        Suppression suppression, SuppressedAddresses suppressed, ConsentAftermath aftermath, Journal journal, JournalFolds folds, ConsentTextRegister texts,
        ConsentOptions options, IClock clock)
    {
        _policy = policy;
        _directory = directory;
        _subjects = subjects;
        _commands = commands;
        _vault = vault;
        _keys = keys;
        _suppression = suppression;
        _suppressed = suppressed;
        _aftermath = aftermath;
        _journal = journal;
        _folds = folds;
        _texts = texts;
        _options = options;
        _clock = clock;
    }

    /// <summary>Imports consents.</summary>
    /// <param name="consents">The consents, in any order.</param>
    /// <param name="controller">The controller; with exactly one declared, it is the default.</param>
    /// <param name="progress">Is told after each batch.</param>
    /// <param name="cancellationToken">Stops between batches: what was recorded stays, and the next call goes on.</param>
    public async Task<ConsentImportReport> ImportAsync(
        IAsyncEnumerable<ImportedConsent> consents, string? controller = null, IProgress<ConsentImportProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(consents);
        var owner = _directory.ControllerOf(controller);
        var now = _clock.GetCurrentInstant();
        var today = LocalDays.TodayAt(now, DateTimeZoneProviders.Tzdb[_policy().Controllers[owner].TimeZone]);
        var erased = await ErasedRecords.ReadAsync(_vault, _keys, owner, today, cancellationToken).ConfigureAwait(false);
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var texts = await _texts.ReadAsync(cancellationToken).ToDictionaryAsync(one => one.Document, StringComparer.Ordinal, cancellationToken).ConfigureAwait(false);
        var run = new Run(owner, new ImportJudge(_policy(), owner, texts, _options, now), erased, now);
        var batch = new List<ImportedConsent>(BatchSize);
        await foreach (var consent in consents.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            batch.Add(consent);
            if (batch.Count == BatchSize)
            {
                await ImportAsync(batch, run, cancellationToken).ConfigureAwait(false);
                progress?.Report(run.Counts);
                batch.Clear();
            }
        }

        if (batch.Count > 0)
        {
            await ImportAsync(batch, run, cancellationToken).ConfigureAwait(false);
            progress?.Report(run.Counts);
        }

        if (run.Imported > 0)
        {
            var data = JsonSerializer.Serialize(new ImportData(run.Imported, run.Unchanged, run.Refused.Count), ImportJson.Default.ImportData);
            await _journal.RecordAsync(
                $"consent-import/{owner}", JournalStream.AnyVersion, new NewJournalEntry("consents-imported", _clock.GetCurrentInstant(), data) { Controller = owner },
                CancellationToken.None).ConfigureAwait(false);
        }

        run.Refused.Sort((one, other) => one.Line.CompareTo(other.Line));
        return new ConsentImportReport(run.Counts, run.Refused, await _aftermath.FollowAsync([]).ConfigureAwait(false));
    }

    private async ValueTask ImportAsync(List<ImportedConsent> batch, Run run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        run.Read += batch.Count;
        var accepted = new List<Candidate>(batch.Count);
        foreach (var consent in batch)
        {
            var (reason, validUntil) = run.Judge.Judge(consent);
            HashedIdentifier[] hashed = reason is null ? [.. consent.Identifiers.Select(identifier => identifier.Hash(run.Controller, _keys))] : [];
            reason ??= await KeptOutAsync(consent, hashed, run, cancellationToken).ConfigureAwait(false);
            if (reason is null)
            {
                accepted.Add(new Candidate(consent, hashed, validUntil));
            }
            else
            {
                run.Refused.Add(new RefusedConsent(consent.Line, reason));
            }
        }

        if (accepted.Count == 0)
        {
            return;
        }

        var keys = await _vault.KeysOfAsync(run.Controller, [.. accepted.Select(one => one.Hashed)], cancellationToken).ConfigureAwait(false);
        var left = new List<Candidate>(accepted.Count);
        foreach (var (candidate, known) in accepted.Zip(keys))
        {
            if (known is null)
            {
                run.Refused.Add(new RefusedConsent(candidate.Consent.Line, ConsentImportReasons.SeveralPeople));
                continue;
            }

            left.Add(candidate with { Subject = new DataSubject(run.Controller, known.Key), IsNew = known.IsNew });
        }

        for (var attempt = 1; left.Count > 0; attempt++)
        {
            var conflicts = await RecordAsync(left, run, cancellationToken).ConfigureAwait(false);
            if (conflicts.Count > 0 && attempt == Attempts)
            {
                throw new JournalConflictException(conflicts.First().Stream, 0, 0);
            }

            left = [.. left.Where(one => conflicts.Contains(one.Subject)).Select(one => one with { IsNew = false })];
        }
    }

    /// <summary>Records what counts of the candidates.</summary>
    /// <returns>The people of whom somebody else recorded something meanwhile.</returns>
    private async ValueTask<IReadOnlySet<DataSubject>> RecordAsync(List<Candidate> candidates, Run run, CancellationToken cancellationToken)
    {
        var decided = new List<(DataSubject Subject, SubjectState Before, IReadOnlyList<PersonalEntry> Entries)>();
        var outcomes = new List<(DataSubject Subject, long Line, string? Reason, bool IsKnown)>();
        foreach (var person in candidates.GroupBy(one => one.Subject))
        {
            var before = person.First().IsNew ? SubjectState.Empty : await _subjects.ReadLatestAsync(person.Key, cancellationToken).ConfigureAwait(false);
            var (state, entries) = (before, new List<PersonalEntry>());
            foreach (var candidate in person)
            {
                var reason = run.Judge.Against(candidate.Consent, state);
                var isKnown = reason is null && ImportJudge.IsKnown(candidate.Consent, state);
                outcomes.Add((person.Key, candidate.Consent.Line, reason, isKnown));
                if (reason is null && !isKnown)
                {
                    entries.Add(EntryOf(candidate));
                    state = ImportJudge.After(state, candidate.Consent, run.Now);
                }
            }

            if (entries.Count > 0)
            {
                var registration = new SubjectRegistration([.. person.SelectMany(one => one.Consent.Identifiers)]);
                if (await _directory.IdentityAsync(person.Key, before, registration, cancellationToken).ConfigureAwait(false) is { } identity)
                {
                    entries.Insert(0, identity);
                }

                // Who is not to be written to for another purpose than that of the consent, is not.
                var kept = await _suppressed.ReadAsync(run.Controller, person.SelectMany(one => one.Hashed), cancellationToken).ConfigureAwait(false);
                entries.InsertRange(0, _suppressed.Find(person.Key, before, kept).News);

                decided.Add((person.Key, before, entries));
            }
        }

        var conflicts = decided.Count > 0 ? await _commands.RecordEachAsync(decided, cancellationToken).ConfigureAwait(false) : new HashSet<DataSubject>();
        foreach (var (subject, line, reason, isKnown) in outcomes.Where(one => !conflicts.Contains(one.Subject)))
        {
            if (reason is not null)
            {
                run.Refused.Add(new RefusedConsent(line, reason));
            }
            else if (isKnown)
            {
                run.Unchanged++;
            }
            else
            {
                run.Imported++;
            }
        }

        return conflicts;
    }

    /// <summary>Whether the person has objected under one of the identifiers, or was erased: then nobody is made known by it again.</summary>
    private async ValueTask<string?> KeptOutAsync(ImportedConsent consent, HashedIdentifier[] hashed, Run run, CancellationToken cancellationToken)
    {
        foreach (var identifier in hashed)
        {
            if (await _suppression.FindAsync(run.Controller, identifier, null, consent.Purpose, cancellationToken).ConfigureAwait(false) is not null)
            {
                return SuppressionReasons.Suppressed;
            }
        }

        var hostIds = consent.Identifiers.Where(identifier => identifier.Kind == IdentifierKind.HostId).Select(identifier => identifier.NormalForm);
        return hostIds.Any(id => run.Judge.DataSetsOf(consent.Purpose).Any(dataSet => run.Erased.Has(dataSet, id))) ? ConsentImportReasons.Erased : null;
    }

    private PersonalEntry EntryOf(Candidate candidate)
    {
        var consent = candidate.Consent;
        var data = new ConsentData(consent.Purpose)
        {
            Field = consent.Field,
            Text = consent.Text,
            TextVersion = consent.TextVersion,
            Language = consent.Language,
            Channel = consent.Channel,
            Explicit = consent.IsExplicit,
            ByGuardian = consent.Guardian is not null,
            ValidUntil = candidate.ValidUntil,
            ImportedFrom = consent.Source,
            Record = _commands.NewId(),
        };
        var entry = _commands.EntryOf(candidate.Subject, SubjectEntries.ConsentGiven, data, consent.OccurredAt);
        var proof = new ConsentProof(null) { Evidence = consent.Evidence, Source = consent.Source, Guardian = consent.Guardian?.Verification };
        return new PersonalEntry(entry, ConsentProof.Purpose, ConsentRecords.Write(proof));
    }

    private sealed record Candidate(ImportedConsent Consent, HashedIdentifier[] Hashed, Instant? ValidUntil)
    {
        public DataSubject Subject { get; init; }

        public bool IsNew { get; init; }
    }

    private sealed class Run(string controller, ImportJudge judge, ErasedRecords erased, Instant now)
    {
        public string Controller { get; } = controller;

        public ImportJudge Judge { get; } = judge;

        public ErasedRecords Erased { get; } = erased;

        public Instant Now { get; } = now;

        public List<RefusedConsent> Refused { get; } = [];

        public long Read { get; set; }

        public long Imported { get; set; }

        public long Unchanged { get; set; }

        public ConsentImportProgress Counts => new(Read, Imported, Unchanged, Refused.Count);
    }
}

/// <summary>That consents were imported.</summary>
internal sealed record ImportData(long Imported, long Unchanged, long Refused);

/// <summary>The generated code that writes what the journal holds of imports.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImportData))]
internal sealed partial class ImportJson : JsonSerializerContext;
