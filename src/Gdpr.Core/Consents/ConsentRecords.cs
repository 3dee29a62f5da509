using System.Globalization;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Proofs of consent: made when the person answers, and told as records with all that happened since.</summary>
internal sealed class ConsentRecords(Func<GdprPolicy> policy, IJournalStore journal, ISubjectVault vault)
{
    /// <summary>The payload that proves a grant.</summary>
    public byte[] ProofOf(ConsentGrant grant, ConsentTerms terms, ConsentData given) => Write(new ConsentProof(ConsentRecordWriter.Write(
        terms, grant.Subject, given.Record!, grant.Shown, $"{grant.Act.Channel}, {grant.Act.Kind}", grant.IsExplicit))
    {
        Act = grant.Act.Kind,
        Control = grant.Act.Control,
        Evidence = grant.Evidence,
        Guardian = grant.Guardian?.Verification,
        GuardianKey = grant.Guardian?.Holder?.Key.ToString(),
        Age = grant.Age is { } age ? string.Create(CultureInfo.InvariantCulture, $"country {age.Country ?? "?"}, born {age.BirthDate:uuuu-MM-dd}, stated {age.StatedAge}") : null,
    });

    public static byte[] Write(ConsentProof proof) => JsonSerializer.SerializeToUtf8Bytes(proof, ConsentRecordJson.Default.ConsentProof);

    /// <summary>The receipt of a record: another id, and no key.</summary>
    public static ConsentRecord ReceiptOf(ConsentRecord record) => record with
    {
        PiiPrincipalId = null,
        ReceiptId = $"receipt-{record.RecordId}",
        Events = [.. record.Events.Select(one => one.EntityId == record.PiiPrincipalId ? one with { EntityId = "data subject" } : one)],
    };

    /// <summary>A person's records, with what the journal still tells of each.</summary>
    public async Task<IReadOnlyList<ConsentRecord>> ReadAsync(DataSubject subject, CancellationToken cancellationToken)
    {
        var records = new List<(string Id, List<ConsentRecordEvent> Events, ConsentData Data, string? Proof)>();
        await foreach (var entry in journal.ReadStreamAsync(subject.Stream, 0, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Content.Type.StartsWith("consent-", StringComparison.Ordinal) && entry.Content.Type != SubjectEntries.ProofRestated)
            {
                var data = JsonSerializer.Deserialize(entry.Content.Data, SubjectJson.Default.ConsentData)!;
                Add(data, entry.Content.Type, entry.Content.OccurredAt, entry.Content.Payload?.ToString());
            }
            else if (entry.Content.Type == SubjectEntries.Restated)
            {
                // What was before has expired: of each consent the step that counts is left, and its proof.
                foreach (var consent in JsonSerializer.Deserialize(entry.Content.Data, SubjectJson.Default.SubjectState)!.Consents)
                {
                    var restated = ConsentEnding.DataOf(consent, consent.Purpose, consent.Field) with { ValidUntil = consent.ValidUntil };
                    Add(restated, TypeOf(consent.Phase), consent.OccurredAt, consent.Proof);
                }
            }
        }

        var read = new List<ConsentRecord>();
        foreach (var (id, events, data, proof) in records)
        {
            var frozen = await ReadProofAsync(subject, proof, cancellationToken).ConfigureAwait(false);
            read.Add((frozen?.Record ?? Describe(subject, id, data, frozen)) with { RecordId = id, Events = events });
        }

        return read;

        void Add(ConsentData data, string type, Instant occurredAt, string? proof)
        {
            var at = data.Record is null ? -1 : records.FindIndex(one => one.Id == data.Record);
            var happened = ConsentRecordWriter.EventOf(subject, type, data, occurredAt);
            if (at < 0)
            {
                records.Add((data.Record ?? $"{subject.Key}-{records.Count + 1}", [happened], data, proof));
            }
            else if (!records[at].Events.Contains(happened))
            {
                records[at].Events.Add(happened);
                records[at] = records[at] with { Proof = proof ?? records[at].Proof, Data = data };
            }
        }
    }

    private ConsentRecord Describe(DataSubject subject, string id, ConsentData data, ConsentProof? proof)
    {
        var shown = data is { Text: { } text, TextVersion: { } version } ? new ShownText(text, version, data.Language ?? "und") : null;
        var collection = data.ImportedFrom is { } source ? $"imported from {source}{(proof?.Evidence is { } evidence ? $": {evidence}" : "")}" : data.Channel ?? "unknown";
        try
        {
            return ConsentRecordWriter.Write(ConsentTerms.Of(policy(), subject.Controller, data.Purpose, data.Field), subject, id, shown, collection, data.Explicit);
        }
        catch (UnknownConsentException)
        {
            // The policy does not ask for it any more: what the journal says is all that is left to tell.
            return new ConsentRecord
            {
                RecordId = id,
                PiiPrincipalId = subject.Key.ToString(),
                Processing = new ConsentRecordProcessing
                {
                    PrivacyNotice = shown is null ? "unknown" : $"{shown.Document} {shown.Version}",
                    Language = data.Language ?? "und",
                    Purposes =
                    [
                        new ConsentRecordPurpose
                        {
                            Purpose = data.Purpose,
                            PurposeType = data.Purpose,
                            CollectionMethod = collection,
                            PiiControllers = [subject.Controller],
                        },
                    ],
                },
            };
        }
    }

    private async ValueTask<ConsentProof?> ReadProofAsync(DataSubject subject, string? proof, CancellationToken cancellationToken) =>
        proof is not null && await vault.ReadPayloadAsync(subject.Controller, Digest.Parse(proof), cancellationToken).ConfigureAwait(false) is { } payload
            ? JsonSerializer.Deserialize(payload.Content.Span, ConsentRecordJson.Default.ConsentProof) : null;

    private static string TypeOf(ConsentPhase phase) => phase switch
    {
        ConsentPhase.Requested => SubjectEntries.ConsentRequested,
        ConsentPhase.Given => SubjectEntries.ConsentGiven,
        ConsentPhase.Refused => SubjectEntries.ConsentRefused,
        ConsentPhase.Withdrawn => SubjectEntries.ConsentWithdrawn,
        ConsentPhase.Expired => SubjectEntries.ConsentExpired,
        _ => SubjectEntries.ConsentSuperseded,
    };
}
