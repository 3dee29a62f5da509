using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>Puts together the answer to a request for access, tailored to the person (Art. 15).</summary>
internal sealed class AccessWork(RightsParts parts, AutomatedDecisions decisions)
{
    /// <summary>The answer, from what was found of the person.</summary>
    public async ValueTask<AccessAnswer> ComposeAsync(
        DataSubjectRequest request, IReadOnlyList<PersonDataSet> found, string language, CancellationToken cancellationToken)
    {
        var (policy, controller) = (parts.Policy(), parts.ControllerOf(request));
        var state = request.Subject is { } subject ? await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false) : SubjectState.Empty;
        var said = request.Subject is { } whose ? await parts.Annotations.ReadForAsync(whose, cancellationToken).ConfigureAwait(false) : [];
        var (copy, limits, review) = CopyOf(request, state, policy, found, said, language);
        var purposes = PurposesOf(request, state, policy, found, language);
        var missing = DataSubjectRequests.MissingOf(request);
        var holds = copy.Exists(dataSet => dataSet.Records.Count > 0 || dataSet.IsByHand);
        return new AccessAnswer(new AccessAnswerContent
        {
            Request = request.Id,
            Controller = new AccessController(controller.Name, controller.Contact)
            {
                Address = controller.Address,
                DataProtectionOfficer = controller.DataProtectionOfficer,
                Representative = controller.Representative,
            },
            ReceivedAt = request.ReceivedAt,
            At = parts.Now,
            IsProcessed = holds ? true : missing.Count > 0 ? null : false,
            Purposes = purposes,
            Recipients = await RecipientsOf(request, policy, purposes, language, cancellationToken).ConfigureAwait(false),
            Rights = RightsOf(policy, purposes),
            Sources = SourcesOf(policy, copy, language),
            AutomatedDecisions = LogicOf(policy, purposes, language),
            Decisions = request.Subject is { } person ? await decisions.ExplainAllAsync(person, language, cancellationToken).ConfigureAwait(false) : [],
            DataSets = copy,
            History = HistoryOf(state),
            Limits = limits,
            Missing = missing,
            ToReview = review,
            Remedies = Remedies.Of(controller, language),
        })
        { ComplaintSteps = request.ComplaintSteps };
    }

    /// <summary>The copy: secrets never leave, identity numbers are shown in part, and what is about others has been left out by the source.</summary>
    private (List<AccessDataSet> Copy, IReadOnlyList<AccessLimit> Limits, IReadOnlyList<string> ToReview) CopyOf(
        DataSubjectRequest request, SubjectState state, GdprPolicy policy, IReadOnlyList<PersonDataSet> found, IReadOnlyList<DataAnnotation> said, string language)
    {
        var (copy, limits, review, assessment) = (new List<AccessDataSet>(), new List<AccessLimit>(), new List<string>(), parts.Assessment());
        foreach (var dataSet in found)
        {
            var declared = DataSetOf(policy, dataSet.DataSet.Path);
            var isByHand = request.Lines.Any(line => line.DataSet == dataSet.DataSet.Path && line is { Reason: RightsReasons.ByHand, Verdict: RightsVerdict.Granted });
            if (dataSet.Records.Count == 0 && !isByHand)
            {
                continue;
            }

            if (!dataSet.DataSet.FieldGroups.Any(group => assessment.IsOwn(request, group)))
            {
                // What is processed for others alone is theirs to give out.
                limits.Add(new AccessLimit(dataSet.DataSet.Path, RightsReasons.Processor, "Art. 28(3)(e)", dataSet.Records.Count));
                continue;
            }

            var records = dataSet.Records.Select(record => RecordOf(request, state, policy, assessment, dataSet.DataSet, record, said, limits)).ToArray();
            copy.Add(new AccessDataSet(dataSet.DataSet.Path, declared.Title?.In(language) is { Length: > 0 } title ? title : dataSet.DataSet.Path,
                records)
            { IsByHand = isByHand });
            if (FreeText.MayBeAboutOthers(policy, dataSet.DataSet.Path, records.Select(record => record.Fields)))
            {
                review.Add(dataSet.DataSet.Path);
            }
        }

        return (copy, [.. limits.GroupBy(limit => (limit.Path, limit.Reason, limit.Article)).OrderBy(same => same.Key.Path, StringComparer.Ordinal)
            .Select(same => same.First() with { Count = same.Sum(limit => limit.Count) })], review);
    }

    private static AccessRecord RecordOf(
        DataSubjectRequest request, SubjectState state, GdprPolicy policy, RightsAssessment assessment, DataSetSchedule dataSet, ExportedRecord record,
        IReadOnlyList<DataAnnotation> said, List<AccessLimit> limits)
    {
        var declared = DataSetOf(policy, dataSet.Path);
        var held = dataSet.FieldGroups.Where(group => assessment.IsOwn(request, group)).SelectMany(group => group.Fields).ToHashSet(StringComparer.Ordinal);
        var fields = new SortedDictionary<string, System.Text.Json.JsonElement>(StringComparer.Ordinal);
        foreach (var (field, value) in record.Fields.Where(pair => held.Contains(pair.Key) && request.Scope.Reaches(dataSet.Path, pair.Key)))
        {
            var hasContent = value.ValueKind != System.Text.Json.JsonValueKind.Null;
            switch (policy.KindOf(declared.Fields[field].Category))
            {
                case DataCategoryKind.Credential when hasContent:
                    limits.Add(new AccessLimit($"{dataSet.Path}.{field}", RightsReasons.Credential, "Art. 15(4), 32(1)", 1));
                    break;
                case DataCategoryKind.NationalIdentityNumber when hasContent:
                    fields.Add(field, MaskedValue.Of(value));
                    limits.Add(new AccessLimit($"{dataSet.Path}.{field}", RightsReasons.IdentityNumberMasked, "SFS 2018:218 3:10", 1));
                    break;
                default:
                    fields.Add(field, value);
                    break;
            }
        }

        limits.AddRange(record.Redactions
            .Where(redaction => redaction.Path[(redaction.Path.LastIndexOf('.') + 1)..] is var field
                && held.Contains(field) && request.Scope.Reaches(dataSet.Path, field))
            .Select(redaction => new AccessLimit(redaction.Path, redaction.Reason, "Art. 15(4)", redaction.Count)));
        return new AccessRecord([.. record.Roles.Select(role => role.Role)], fields)
        {
            Restrictions = ExportedRecord.RestrictionsOf(assessment.OwnFactsOf(request, state, dataSet, record)),
            Annotations =
            [
                .. said.Where(one => one.DataSet == dataSet.Path && one.NativeKey == record.NativeKey
                        && held.Contains(one.Field) && request.Scope.Reaches(dataSet.Path, one.Field))
                    .Select(one => new AccessAnnotation(one.Field, one.Statement, one.At)),
            ],
            IsKeptOnly = assessment.IsKeptOnly(request, state, dataSet, record),
        };
    }

    /// <summary>The purposes for which the person's own records are processed, and those of the recipients' activities, each with the person's own end.</summary>
    private List<AccessPurpose> PurposesOf(
        DataSubjectRequest request, SubjectState state, GdprPolicy policy, IReadOnlyList<PersonDataSet> found, string language)
    {
        var (assessment, purposes) = (parts.Assessment(), new Dictionary<string, AccessPurpose>(StringComparer.Ordinal));
        foreach (var dataSet in found.Where(dataSet => dataSet.Records.Count > 0))
        {
            var told = dataSet.DataSet.Rules.Where(IsToldOf).ToHashSet();
            var over = dataSet.DataSet.FieldGroups.Where(group => !group.Rules.Any(told.Contains)).SelectMany(group => group.Rules).Where(IsCandidate).ToHashSet();
            foreach (var rule in dataSet.DataSet.Rules.Where(rule => told.Contains(rule) || over.Contains(rule)))
            {
                var activity = policy.Activities[rule.ActivityId];
                assessment.CaseOf(state, dataSet.DataSet, rule, dataSet.Records, out var until);
                var fields = dataSet.DataSet.FieldGroups.Where(group => group.Rules.Contains(rule)).SelectMany(group => group.Fields);
                var known = purposes.GetValueOrDefault(rule.ActivityId) ?? new AccessPurpose(rule.Purpose, TitleOf(policy, rule.Purpose, language), rule.ActivityId)
                {
                    Basis = activity.Basis?.Kind,
                    Law = rule.Law ?? activity.Basis?.PublicTask?.Law,
                    Interest = activity.Basis?.LegitimateInterest?.Interest?.In(language),
                    Criteria = RetentionWords.Of(activity.Minimum is not null && rule.Kind == RuleKind.Obligation ? activity.Minimum : activity.Retention, language),
                };
                purposes[rule.ActivityId] = known with
                {
                    Categories = [.. known.Categories.Union(fields.Select(field =>
                        CategoryTitle(policy, dataSet.DataSet.Path, field, language))).Order(StringComparer.Ordinal)],
                    DataSets = [.. known.DataSets.Union([dataSet.DataSet.Path])],
                    Until = known.DataSets.Count == 0 ? until : known.Until is { } earlier && until is { } later ? LocalDate.Max(earlier, later) : null,
                    IsOver = over.Contains(rule) && (known.DataSets.Count == 0 || known.IsOver),
                };
            }

            bool IsCandidate(ScheduledRule rule) => rule.Kind != RuleKind.Limit && assessment.IsOf(request, rule)
                && policy.Activities[rule.ActivityId].Capacity != ProcessingCapacity.Processor;

            bool IsToldOf(ScheduledRule rule) => IsCandidate(rule)
                && IsProcessed(assessment.CaseOf(state, dataSet.DataSet, rule, dataSet.Records, out _), rule.Purpose);
        }

        return [.. purposes.Values.OrderBy(purpose => purpose.Activity, StringComparer.Ordinal)];

        // What nobody can tell may run, and what a law commands may come up any day. A consent may be to optional fields alone.
        bool IsProcessed(RightsCase facts, string purpose) => facts.IsObligation || (facts.State != LimbState.Past && facts.Objection != ObjectionPhase.Upheld
            && (facts.Basis != LawfulBasisKind.Consent || state.Consents.Any(consent => consent.Purpose == purpose && consent.IsInForce(parts.Now))));
    }

    /// <summary>Recipients by name: those who have received this person's data, and those who may.</summary>
    private async ValueTask<IReadOnlyList<AccessRecipient>> RecipientsOf(
        DataSubjectRequest request, GdprPolicy policy, List<AccessPurpose> purposes, string language, CancellationToken cancellationToken)
    {
        var recipients = new SortedDictionary<string, AccessRecipient>(StringComparer.Ordinal);
        var declared = purposes.SelectMany(purpose => policy.Activities[purpose.Activity].Recipients).Select(disclosure => disclosure.Recipient)
            .Concat(purposes.SelectMany(purpose => purpose.DataSets).Select(path => SystemOf(policy, path).Host).OfType<string>());
        foreach (var id in declared.Distinct(StringComparer.Ordinal))
        {
            recipients[id] = Of(id, policy.Recipients.GetValueOrDefault(id), hasReceived: false);
        }

        var log = request.Subject is { } subject ? await parts.Disclosures.ReadForAnswerAsync(subject, cancellationToken).ConfigureAwait(false) : [];
        foreach (var received in log.GroupBy(record => record.Recipient, StringComparer.Ordinal))
        {
            recipients[received.Key] = Of(received.Key, received.Last().To, hasReceived: true) with
            {
                LastAt = received.Max(record => record.Last),
                Fields = [.. received.SelectMany(record => record.Fields).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            };
        }

        return [.. recipients.Values];

        AccessRecipient Of(string id, Recipient? recipient, bool hasReceived) =>
            new(id, recipient?.Name?.In(language) is { Length: > 0 } name ? name : id, recipient?.Kind, hasReceived)
            {
                Country = recipient?.Country,
                Safeguard = recipient?.Transfer?.Mechanism,
                Reference = recipient?.Transfer?.Reference,
            };
    }

    private static List<DataSubjectRight> RightsOf(GdprPolicy policy, List<AccessPurpose> purposes)
    {
        LawfulBasisKind?[] bases = [.. purposes.Select(purpose => purpose.Basis).Distinct()];
        var rights = new List<DataSubjectRight> { DataSubjectRight.Access, DataSubjectRight.Rectification, DataSubjectRight.Erasure, DataSubjectRight.Restriction };
        Add(DataSubjectRight.Portability, bases.Contains(LawfulBasisKind.Consent) || bases.Contains(LawfulBasisKind.Contract));
        Add(DataSubjectRight.Objection, bases.Contains(LawfulBasisKind.LegitimateInterest) || bases.Contains(LawfulBasisKind.PublicTask)
            || purposes.Exists(purpose => MarketingPurposes.Has(policy, purpose.Purpose)));
        Add(DataSubjectRight.AutomatedDecision, purposes.Exists(purpose => policy.Activities[purpose.Activity].Profiling?.SolelyAutomated == true));
        Add(DataSubjectRight.Withdrawal, bases.Contains(LawfulBasisKind.Consent));
        return rights;

        void Add(DataSubjectRight right, bool applies) => rights.AddRange(applies ? [right] : []);
    }

    private static AccessSource[] SourcesOf(GdprPolicy policy, List<AccessDataSet> copy, string language) =>
    [
        .. from dataSet in copy
           from origin in DataSetOf(policy, dataSet.DataSet).Origins
           let declared = policy.Origins.GetValueOrDefault(origin)
           select new AccessSource(dataSet.DataSet, declared?.Title?.In(language) ?? origin, declared?.From),
    ];

    private static AccessLogic[] LogicOf(GdprPolicy policy, List<AccessPurpose> purposes, string language) =>
    [
        .. from purpose in purposes
           let profiling = policy.Activities[purpose.Activity].Profiling
           where profiling is not null
           select new AccessLogic(purpose.Activity, profiling.Logic?.In(language) ?? "", profiling.SolelyAutomated, profiling.HumanReview)
           {
               Consequences = profiling.Consequences?.In(language),
           },
    ];

    private static AccessHistory HistoryOf(SubjectState state) => new()
    {
        Consents = [.. state.Consents.Select(one =>
            new AccessConsent(one.Purpose, one.Phase, one.OccurredAt, one.Text is null ? null : $"{one.Text} {one.TextVersion}".TrimEnd()) { Field = one.Field })],
        Objections = [.. state.Objections.Select(one =>
            new AccessObjection(one.Purposes, one.Phase, one.OccurredAt) { Channel = one.Channel, Until = one.Until })],
        Restrictions = [.. state.Restrictions.Select(one => new AccessRestriction(one.Ground, one.Phase, one.OccurredAt) { DataSets = one.DataSets })],
        Requests = [.. state.Requests.Select(one => new AccessRequest(one.Id, one.Right, one.IsOpen, one.OccurredAt))],
    };

    private static DataSet DataSetOf(GdprPolicy policy, string dataSet)
    {
        _ = DataPath.TryParse(dataSet, out var path);
        return policy.Systems[path.System].DataSets[path.DataSet];
    }

    private static DataSystem SystemOf(GdprPolicy policy, string dataSet)
    {
        _ = DataPath.TryParse(dataSet, out var path);
        return policy.Systems[path.System];
    }

    private static Purpose? PurposeOf(GdprPolicy policy, string purpose) => policy.Purposes.GetValueOrDefault(purpose) ?? Vocabulary.Purposes.GetValueOrDefault(purpose);

    private static string TitleOf(GdprPolicy policy, string purpose, string language) => PurposeOf(policy, purpose)?.Title?.In(language) is { Length: > 0 } title
        ? title : purpose;

    private static string CategoryTitle(GdprPolicy policy, string dataSet, string field, string language)
    {
        var id = DataSetOf(policy, dataSet).Fields[field].Category;
        return (policy.Categories.GetValueOrDefault(id) ?? Vocabulary.Categories.GetValueOrDefault(id))?.Title?.In(language) is { Length: > 0 } title ? title : id;
    }
}
