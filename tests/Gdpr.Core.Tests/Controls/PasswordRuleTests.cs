using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Gdpr.Controls;
using Gdpr.Policies;
using Gdpr.Time;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Controls;

/// <summary>A rule for passwords names everything that a candidate breaks, and knows when a password's time is over.</summary>
public sealed class PasswordRuleTests
{
    private static readonly PasswordRule Rule = new()
    {
        MinimumLength = 12,
        UpperCase = true,
        LowerCase = true,
        Digit = true,
        Symbol = true,
        ChangeAfter = CalendarPeriod.FromMonths(3),
        Systems = ["crm", "web"],
    };

    [Theory]
    [InlineData("Abcdefghij1!", "")]
    [InlineData("Abcdefghi1!", "password-too-short")]
    [InlineData("abcdefghij1!", "password-no-upper-case")]
    [InlineData("ABCDEFGHIJ1!", "password-no-lower-case")]
    [InlineData("Abcdefghijk!", "password-no-digit")]
    [InlineData("Abcdefghijk1", "password-no-symbol")]
    [InlineData("Abcdef hijk1", "password-no-symbol")]
    [InlineData("", "password-too-short password-no-upper-case password-no-lower-case password-no-digit password-no-symbol")]
    [InlineData("Ålandsöarna7?", "")]
    [InlineData("Ελληνικά٣λόγος€", "")]
    [InlineData("密码密码密码密码密码密码", "password-no-upper-case password-no-lower-case password-no-digit password-no-symbol")]
    public void Every_part_that_a_candidate_breaks_is_named(string candidate, string broken) =>
        string.Join(' ', PasswordRuleCheck.Check(Rule, candidate).Select(one => one.Code)).ShouldBe(broken);

    [Fact]
    public void A_letter_with_its_accents_counts_once_whatever_it_is_made_of()
    {
        // Ten letters with a combining mark each: ten characters, twenty code points.
        var combined = string.Concat(Enumerable.Repeat("e\u0301", 10)) + "A1!";
        PasswordRuleCheck.Check(Rule, combined).ShouldBeEmpty();
        PasswordRuleCheck.Check(Rule, combined[2..][..^3] + "1!").Select(one => one.Code).ShouldBe(["password-too-short", "password-no-upper-case"]);
        PasswordRuleCheck.Check(Rule, "Aa1!👩‍👩‍👧‍👦👩‍👩‍👧‍👦").Select(one => one.Code).ShouldBe(["password-too-short"]);
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_text_and_will_not_do() =>
        PasswordRuleCheck.Check(Rule, "Abcdefghij1!\ud800").Select(one => one.Code).ShouldBe(["password-not-text"]);

    [Fact]
    public void A_rule_without_length_still_refuses_the_empty_password() =>
        PasswordRuleCheck.Check(new PasswordRule(), "").Select(one => one.Code).ShouldBe(["password-too-short"]);

    [Fact]
    public void What_is_broken_is_told_in_both_languages_and_never_repeats_the_candidate() => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), candidate =>
    {
        foreach (var broken in PasswordRuleCheck.Check(Rule, candidate.Get))
        {
            broken.Description.En.ShouldNotBeNullOrWhiteSpace();
            broken.Description.Sv.ShouldNotBeNullOrWhiteSpace();
            PasswordRuleCheck.Check(Rule, "").Concat(PasswordRuleCheck.Check(Rule, "\ud800")).ShouldContain(broken);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task One_password_opens_every_system_of_its_rule_and_a_system_without_rule_takes_none()
    {
        await using var shop = Office.Open();
        var rules = shop.Get<PasswordRules>();

        rules.Of("crm").ShouldBe(["sign-in"]);
        rules.Of("web").ShouldBe(["sign-in"]);
        rules.Check("crm", "Abcdefghij1!").ShouldBeEmpty();
        rules.Check("web", "short").ShouldNotBeEmpty();
        Should.Throw<InvalidEvidenceException>(() => rules.Check("erp", "Abcdefghij1!").Count).Message.ShouldNotContain("Abcdefghij1!");
        (await shop.World.EntriesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Passwords_expire_in_calendar_months_and_one_of_unknown_age_has_expired()
    {
        var accounts = new Accounts("web",
        [
            new PasswordAccount("a1", Office.At(2026, 8, 21, 23, 59)),
            new PasswordAccount("a2", Office.At(2026, 8, 22, 0, 0)),
            new PasswordAccount("a3", Office.At(2025, 11, 30)),
            new PasswordAccount("a4", null),
        ]);
        await using var shop = Office.Open(before: services => services.AddSingleton<IPasswordAccounts>(accounts));

        var expired = new List<ExpiredPassword>();
        await foreach (var one in shop.Get<PasswordRules>().ListExpiredAsync())
        {
            expired.Add(one);
        }

        // Sunday 22 November 2026: changed on 22 August, the last day is today.
        expired.Select(one => (one.Account, one.LastDay)).ShouldBe(
            [("a1", new LocalDate(2026, 11, 21)), ("a3", new LocalDate(2026, 2, 28)), ("a4", (LocalDate?)null)]);
        var due = (await shop.Get<DueCalendar>().ListOverdueAsync()).Single(item => item.Kind == "password-change");
        (due.Count, due.About).ShouldBe((3, "web"));
    }

    private sealed class Accounts(string system, IReadOnlyList<PasswordAccount> accounts) : IPasswordAccounts
    {
        public string System => system;

        public async IAsyncEnumerable<PasswordAccount> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var account in accounts)
            {
                yield return account;
            }

            await Task.CompletedTask;
        }
    }
}
