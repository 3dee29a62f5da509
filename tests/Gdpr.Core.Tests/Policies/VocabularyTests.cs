using System.Text.RegularExpressions;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

public sealed partial class VocabularyTests
{
    private static readonly string[] Groups =
        ["account", "commerce", "communication", "company", "contact", "identity", "log", "online", "special", "work"];

    private static IEnumerable<(string Map, string Id, LocalizedText? Title, string? Dpv)> Everything =>
    [
        .. Vocabulary.Categories.Select(entry => ("categories", entry.Key, entry.Value.Title, entry.Value.Dpv)),
        .. Vocabulary.Subjects.Select(entry => ("subjects", entry.Key, entry.Value.Title, entry.Value.Dpv)),
        .. Vocabulary.Purposes.Select(entry => ("purposes", entry.Key, entry.Value.Title, entry.Value.Dpv)),
    ];

    [Fact]
    public void Every_entry_has_a_title_in_both_languages() =>
        Everything.Where(entry => string.IsNullOrWhiteSpace(entry.Title?.En) || string.IsNullOrWhiteSpace(entry.Title.Sv)).ShouldBeEmpty();

    [Theory]
    [InlineData("en")]
    [InlineData("sv")]
    public void No_two_entries_of_one_map_share_a_title(string language) =>
        Everything.GroupBy(entry => (entry.Map, entry.Title!.In(language))).Where(group => group.Count() > 1).Select(group => group.Key).ShouldBeEmpty();

    [Fact]
    public void Ids_are_lower_case_words_with_hyphens_and_at_most_one_group_before_a_dot() =>
        Everything.Select(entry => entry.Id).Where(id => !IdPattern().IsMatch(id)).ShouldBeEmpty();

    [Fact]
    public void Only_categories_are_grouped_and_only_into_the_known_groups()
    {
        Vocabulary.Categories.Keys.Where(id => id.Contains('.', StringComparison.Ordinal)).Select(id => id.Split('.')[0]).Distinct(StringComparer.Ordinal)
            .ShouldBe(Groups, ignoreOrder: true);
        Vocabulary.Subjects.Keys.Concat(Vocabulary.Purposes.Keys).ShouldAllBe(id => !id.Contains('.', StringComparison.Ordinal));
    }

    [Fact]
    public void Terms_of_the_data_privacy_vocabulary_name_their_namespace()
    {
        Vocabulary.Categories.Values.Select(category => category.Dpv).OfType<string>().ShouldAllBe(term => term.StartsWith("pd:", StringComparison.Ordinal));
        Everything.Where(entry => entry.Map != "categories").Select(entry => entry.Dpv).OfType<string>()
            .ShouldAllBe(term => term.StartsWith("dpv:", StringComparison.Ordinal));
    }

    [Fact]
    public void No_two_categories_share_a_term() =>
        Vocabulary.Categories.Values.Select(category => category.Dpv).OfType<string>().ShouldBeUnique();

    [Theory]
    [InlineData("contact.email", DataCategoryKind.Identifier)]
    [InlineData("identity.national-number", DataCategoryKind.NationalIdentityNumber)]
    [InlineData("online.ip-address", DataCategoryKind.OnlineIdentifier)]
    [InlineData("account.password", DataCategoryKind.Credential)]
    [InlineData("free-text", DataCategoryKind.FreeText)]
    [InlineData("communication.message", DataCategoryKind.FreeText)]
    [InlineData("special.health", DataCategoryKind.SpecialCategory)]
    [InlineData("offence", DataCategoryKind.Offence)]
    [InlineData("work.role", DataCategoryKind.Ordinary)]
    public void A_category_has_the_kind_that_brings_its_requirements(string id, DataCategoryKind kind) =>
        Vocabulary.Categories[id].Kind.ShouldBe(kind);

    [Fact]
    public void Every_group_of_special_categories_is_of_that_kind_and_nothing_else_is() =>
        Vocabulary.Categories.Where(entry => entry.Value.Kind == DataCategoryKind.SpecialCategory).Select(entry => entry.Key)
            .ShouldBe(Vocabulary.Categories.Keys.Where(id => id.StartsWith("special.", StringComparison.Ordinal)), ignoreOrder: true);

    [Fact]
    public void Direct_marketing_alone_is_subject_to_the_absolute_right_to_object() =>
        Vocabulary.Purposes.Where(entry => entry.Value.DirectMarketing).Select(entry => entry.Key).ShouldBe(["direct-marketing"]);

    [Fact]
    public void Visitors_may_be_unidentified_and_children_are_known_as_such()
    {
        Vocabulary.Subjects.Where(entry => entry.Value.Unidentified).Select(entry => entry.Key).ShouldBe(["visitor"]);
        Vocabulary.Subjects.Where(entry => entry.Value.Children).Select(entry => entry.Key).ShouldBe(["child"]);
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex IdPattern();

    [Theory]
    [InlineData("special.health", DataCategoryKind.SpecialCategory)]
    [InlineData("identity.national-number", DataCategoryKind.NationalIdentityNumber)]
    [InlineData("work.company", DataCategoryKind.Identifier)]
    [InlineData("own", DataCategoryKind.Credential)]
    [InlineData("plain", DataCategoryKind.Ordinary)]
    [InlineData("nowhere", DataCategoryKind.Ordinary)]
    [InlineData("offence", DataCategoryKind.Offence)]
    public void A_policy_says_what_kind_a_category_is_and_another_title_changes_none(string category, DataCategoryKind kind) =>
        PolicyReader.Read("""
            { "policy": "example", "version": "1", "effective": "2026-01-01", "categories": {
              "special.health": { "title": "Health" }, "identity.national-number": { "title": "Number", "kind": "ordinary" },
              "work.company": { "title": "One-person company", "kind": "identifier" }, "own": { "title": "Own", "kind": "credential" }, "plain": { "title": "Plain" } } }
            """).Policy!.KindOf(category).ShouldBe(kind);
}
