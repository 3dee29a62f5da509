using System.Runtime.CompilerServices;
using Gdpr.Policies;
using Gdpr.Time;

namespace Gdpr.Conformance.Tests;

/// <summary>The five policy files themselves.</summary>
public sealed class PolicyFileTests
{
    [Theory]
    [MemberData(nameof(Organisation.Names), MemberType = typeof(Organisation))]
    public void The_policy_has_no_findings_at_all(string name) => Organisation.Named(name).Read.Findings.ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Organisation.Names), MemberType = typeof(Organisation))]
    public void The_policy_is_named_as_its_file(string name) => Organisation.Named(name).Policy.Policy.ShouldBe(name);

    /// <summary>An assumption fills a real gap of the organisation's own document: take the value away, and validation names the gap.</summary>
    [Theory]
    [MemberData(nameof(Organisation.Names), MemberType = typeof(Organisation))]
    public void Without_an_assumed_value_validation_names_the_gap_that_it_fills(string name)
    {
        var organisation = Organisation.Named(name);
        organisation.Policy.Assumptions.ShouldNotBeEmpty();

        foreach (var assumption in organisation.Policy.Assumptions)
        {
            var parent = assumption.At[..assumption.At.LastIndexOf('/')];
            organisation.FindingsWithout(assumption.At)
                .ShouldContain(finding => finding.Code == assumption.Gap && (finding.Path == assumption.At || finding.Path == parent), assumption.At);
        }
    }

    /// <summary>What validation says of the organisation's own document, finding by finding: of its policy with every assumed value taken away at once, but for what a
    /// missing date means, which no document says and without which nobody can tell which events may never come. Run with GDPR_ACCEPT_GAPS=1 to write the lists anew, and review the difference.</summary>
    [Theory]
    [MemberData(nameof(Organisation.Names), MemberType = typeof(Organisation))]
    public void Without_what_is_assumed_the_document_has_exactly_these_findings(string name)
    {
        var organisation = Organisation.Named(name);

        var found = organisation.FindingsAfter(document =>
        {
            document.Remove("assumptions");
            Organisation.RemoveAll(
                document, organisation.Policy.Assumptions.Where(assumption => assumption.Gap != FindingCodes.TriggerWithoutNull).Select(assumption => assumption.At));
        });
        var lines = string.Concat(found.Select(finding => $"{finding.Code} {finding.Path}\n"));
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "Gaps", name + ".txt");
        if (Environment.GetEnvironmentVariable("GDPR_ACCEPT_GAPS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, lines);
        }

        lines.ShouldBe(File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    /// <summary>The verdicts of the law on the five documents: each is a finding on the document as it is written.</summary>
    [Theory]
    [InlineData("gignos", FindingCodes.MarketingToForeignAddresses, "/activities/newsletter", "bought registers and public search engines; nobody has bought anything")]
    [InlineData("gignos", FindingCodes.NoDeterminableEnd, "/activities/register/retention/assessment", "kept while somebody may become a customer")]
    [InlineData("gignos", FindingCodes.NoBalancing, "/activities/register/basis/legitimateInterest", "a legitimate interest without its weighing")]
    [InlineData("grafokett", FindingCodes.NoBasis, "/activities/develop", "an interest of both parties is no basis that names itself")]
    [InlineData("insignis", FindingCodes.NoDeterminableEnd, "", "erased only when no agreement is in force")]
    [InlineData("supplier-annex", FindingCodes.NoIdentityNumberJustification, "", "identity numbers among the contact data")]
    [InlineData("supplier-annex", FindingCodes.NoDeterminableEnd, "", "erased within reasonable time")]
    [InlineData("endlessit", FindingCodes.NoHumanReview, "/activities/credit", "a credit decision that nobody reviews")]
    [InlineData("endlessit", FindingCodes.NoSafeguard, "/recipients", "systems in the cloud, wherever they are")]
    public void The_law_finds_this_in_the_document(string name, string code, string under, string because)
    {
        var organisation = Organisation.Named(name);
        var gaps = organisation.Policy.Assumptions.Where(assumption => assumption.Gap == code).Select(assumption => assumption.At).ToArray();

        organisation.FindingsWithout(gaps).ShouldContain(finding => finding.Code == code && finding.Path.StartsWith(under, StringComparison.Ordinal), because);
        organisation.Read.Findings.ShouldNotContain(finding => finding.Code == code);
    }

    [Theory]
    [MemberData(nameof(Organisation.Names), MemberType = typeof(Organisation))]
    public void Every_text_for_notices_is_in_both_languages(string name)
    {
        var policy = Organisation.Named(name).Policy;
        IEnumerable<(string What, LocalizedText? Text)> texts =
        [
            .. policy.Systems.Select(system => (system.Key, system.Value.Title)),
            .. Organisation.Named(name).DataSets.Select(dataSet => (dataSet.Path, dataSet.DataSet.Title)),
            .. Organisation.Named(name).DataSets.SelectMany(dataSet => dataSet.DataSet.Triggers.Select(trigger => ($"{dataSet.Path} {trigger.Key}", trigger.Value.Title))),
            .. policy.Activities.Select(activity => (activity.Key, activity.Value.Title)),
            .. policy.Activities.Where(activity => activity.Value.Basis?.LegitimateInterest is not null).Select(activity => (activity.Key, activity.Value.Basis!.LegitimateInterest!.Interest)),
            .. policy.Activities.Where(activity => activity.Value.Profiling is not null).Select(activity => (activity.Key, activity.Value.Profiling!.Logic)),
            .. policy.Purposes.Select(purpose => (purpose.Key, purpose.Value.Title)),
            .. policy.Purposes.SelectMany(purpose => purpose.Value.Aims.Select(aim => (purpose.Key, (LocalizedText?)aim))),
            .. policy.Subjects.Select(subject => (subject.Key, subject.Value.Title)),
            .. policy.Categories.Select(category => (category.Key, category.Value.Title)),
            .. policy.Origins.Select(origin => (origin.Key, origin.Value.Title)),
            .. policy.Controls.Select(control => (control.Key, control.Value.Title)),
            .. policy.Documents.Select(document => (document.Key, document.Value.Title)),
            .. policy.Documents.Where(document => document.Value.Kind == DocumentKind.ConsentText).Select(document => (document.Key, document.Value.Text)),
        ];

        texts.Where(text => string.IsNullOrWhiteSpace(text.Text?.En) || string.IsNullOrWhiteSpace(text.Text.Sv)).Select(text => text.What).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Organisation.Names), MemberType = typeof(Organisation))]
    public void Complaints_go_to_the_authority_by_its_right_name_and_days_are_counted_in_Sweden(string name)
    {
        var controller = Organisation.Named(name).Policy.Controllers.Values.ShouldHaveSingleItem();
        controller.Authority.ShouldBe("IMY");
        controller.TimeZone.ShouldBe("Europe/Stockholm");
    }

    [Theory]
    [InlineData("grafokett")]
    [InlineData("supplier-annex")]
    [InlineData("endlessit")]
    public void Bookkeeping_counts_from_fiscal_years_that_have_not_always_been_calendar_years(string name)
    {
        var organisation = Organisation.Named(name);
        organisation.Policy.Activities["bookkeeping"].Retention!.After!.FiscalYearEndOf.ShouldNotBeNull();
        organisation.Policy.Controllers.Values.Single().FiscalYears.ShouldContain(year => year.From.Month != 1);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
