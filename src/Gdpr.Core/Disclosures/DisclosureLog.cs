using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>To whom data of a person has been disclosed: what an answer to the person names (Art. 15(1)(c)) and whom to tell of what becomes of it (Art. 19).</summary>
public sealed class DisclosureLog
{
    private readonly DecidingPolicies _policies;
    private readonly ISubjectVault _vault;
    private readonly Journal _journal;
    private readonly JournalFolds _folds;
    private readonly DisclosureRegister _register;
    private readonly SubjectCommands _commands;
    private readonly IClock _clock;

    internal DisclosureLog(
        DecidingPolicies policies, ISubjectVault vault, Journal journal, JournalFolds folds, DisclosureRegister register, SubjectCommands commands, IClock clock)
    {
        _policies = policies;
        _vault = vault;
        _journal = journal;
        _folds = folds;
        _register = register;
        _commands = commands;
        _clock = clock;
    }

    /// <summary>Everything that has been disclosed of a person, what the person must not be told included, in the order of the first time.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>For those who answer for the processing. What the person gets is <see cref="ReadForAnswerAsync"/>.</remarks>
    public async Task<IReadOnlyList<DisclosureRecord>> ReadForAsync(DataSubject subject, CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var records = new List<DisclosureRecord>();
        foreach (var line in (await _register.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).Lines)
        {
            var policy = await _policies.FindAsync(line.What.Policy, cancellationToken).ConfigureAwait(false);
            records.Add(new DisclosureRecord(line.Id, line.What.Recipient, line.What.Purpose, line.What.Fields, line.First, line.Last)
            {
                To = policy?.Recipients.GetValueOrDefault(line.What.Recipient),
                Categories = line.What.Categories ?? [],
                Activity = line.What.Activity,
                Basis = line.What.Basis,
                Instruction = line.What.Instruction,
                Agreement = line.What.Agreement,
                Law = line.What.Law,
                ThirdCountry = line.What.Country,
                Mechanism = line.What.Mechanism,
                Against = line.What.Against ?? [],
                IsSecret = line.What.IsSecret,
                SecretUntil = line.What.SecretUntil,
                SecrecyEndedAt = line.SecrecyEndedAt,
                Reference = line.Reference,
            });
        }

        return [.. records.OrderBy(record => record.First).ThenBy(record => record.Id, StringComparer.Ordinal)];
    }

    /// <summary>What a person is told of the disclosures of their data: all but what must be kept from them at present (Art. 15(1)(c), 23).</summary>
    /// <param name="subject">The person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<DisclosureRecord>> ReadForAnswerAsync(DataSubject subject, CancellationToken cancellationToken = default)
    {
        var now = _clock.GetCurrentInstant();
        return [.. (await ReadForAsync(subject, cancellationToken).ConfigureAwait(false)).Where(record => !record.IsWithheldAt(now))];
    }

    /// <summary>The authority's reference of the decision under which data was disclosed; <see langword="null"/> where there was none, or it has been erased.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="record">The disclosure, of the same person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<string?> ReadAuthorityReferenceAsync(DataSubject subject, DisclosureRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        var payload = record.Reference is { } commitment
            ? await _vault.ReadPayloadAsync(subject.Controller, Digest.Parse(commitment), cancellationToken).ConfigureAwait(false) : null;
        return payload is null ? null : JsonSerializer.Deserialize(payload.Content.Span, DisclosureJson.Default.AuthorityPayload)!.Reference;
    }

    /// <summary>Ends the secrecy of a disclosure: from now on the person is told of it.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="id">The disclosure's id in that person's log.</param>
    /// <param name="by">The function in the organisation that decided: no person.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <returns>Whether it was secret until now.</returns>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key it is.</exception>
    public async Task<bool> EndSecrecyAsync(DataSubject subject, string id, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        var (function, now) = (ActingFunction.Check(by, nameof(by)), _clock.GetCurrentInstant());
        var record = (await ReadForAsync(subject, cancellationToken).ConfigureAwait(false)).FirstOrDefault(known => known.Id == id);
        if (record?.IsWithheldAt(now) != true)
        {
            return false;
        }

        await _commands.KeepAsync([subject], cancellationToken).ConfigureAwait(false);
        var data = JsonSerializer.Serialize(new SecrecyData(id, function, [subject.Key.ToString()]), DisclosureJson.Default.SecrecyData);
        var entry = new NewJournalEntry(DisclosureEntries.SecrecyEnded, now, data) { Controller = subject.Controller, Subject = subject.Key };
        await _journal.RecordAsync(DisclosureEntries.StreamOf(id), JournalStream.AnyVersion, entry, cancellationToken).ConfigureAwait(false);
        await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        return true;
    }
}
