using Gdpr.Relational.Mapping;

namespace Gdpr.Relational.Tests.Mapping;

/// <summary>Expressions that ask for rows of a table of which each record has its own: those that refer to it.</summary>
public sealed class OwnRowsTextTests
{
    private static readonly IReadOnlyDictionary<string, string> Customer = new Dictionary<string, string> { ["customer"] = "id" };

    [Theory]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id)")]
    [InlineData("(select max(c.at) from Calls as c where r.id = c.customer)")]
    [InlineData("(SELECT max(at) FROM calls WHERE customer = r.id AND at IS NOT NULL)")]
    [InlineData("(SELECT max(at) FROM calls WHERE calls.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM orders o JOIN calls c ON c.customer = r.id WHERE o.id = c.id)")]
    [InlineData("(SELECT c.at FROM \"calls\" c WHERE c.kind = 'x' AND c.customer = r.id ORDER BY c.at DESC LIMIT 1)")]
    [InlineData("max(coalesce((SELECT max(c.at) FROM calls c WHERE c.customer = r.id), ''), coalesce((SELECT max(m.at) FROM mails m WHERE m.customer = r.id), ''), r.created)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id AND NOT c.draft)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id AND (c.draft = 0 OR c.draft IS NULL))")]
    [InlineData("(SELECT max(CASE WHEN c.draft THEN NULL ELSE c.at END) FROM calls c WHERE c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FILTER (WHERE c.kind = 1 OR c.kind = 2) FROM main.calls c WHERE c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.kind BETWEEN 0 AND 9 AND c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id) + (SELECT count(*) FROM calls x WHERE r.id = x.customer GROUP BY x.kind)")]
    [InlineData("(SELECT max(c.at) FROM mails m, calls c WHERE c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE (c.customer = r.id))")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE (c.kind > 0 AND ((c.customer = r.id) AND c.at > '')))")]
    [InlineData("(SELECT max(c.at) FROM calls c LEFT JOIN orders o ON o.id = c.id WHERE c.customer = r.id)")]
    [InlineData("(SELECT max(calls.at) FROM calls LEFT JOIN orders o ON o.id = calls.id WHERE calls.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id AND c.at > CASE WHEN c.kind = 1 AND c.at > '' THEN '' ELSE r.at END)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id AND c.kind IN ('r', 's') AND c.at LIKE 'r')")]
    [InlineData("CASE WHEN r.calls = 0 THEN r.joined ELSE coalesce(r.id, r.calls) END")]
    [InlineData("CASE WHEN r.id IN (SELECT c.customer FROM calls c WHERE c.at IS NULL) THEN NULL ELSE r.at END")]
    public void A_plain_condition_on_the_reference_asks_for_its_own(string expression) =>
        OwnRowsText.AsksOnlyFor(expression, "calls", Customer).ShouldBeTrue();

    [Theory]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.home = r.home)")]
    [InlineData("(SELECT max(c.at) FROM calls c)")]
    [InlineData("(SELECT max(r.at) FROM calls r WHERE r.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.kind BETWEEN 0 AND c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id IS NULL)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE NOT (c.customer = r.id))")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE 1 + c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id -(1))")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = (r.id))")]
    [InlineData("(SELECT max(at) FROM calls NATURAL JOIN mails WHERE customer = r.id)")]
    [InlineData("(SELECT max(at) FROM mails JOIN calls WHERE customer = r.id)")]
    [InlineData("(SELECT max(d.at) FROM calls c JOIN calls d WHERE c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE EXISTS (SELECT 1 FROM calls d WHERE d.customer = r.id AND d.home = c.home))")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.home = r.home AND c.customer IS NOT NULL)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id OR c.home = r.home)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE NOT c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE NOT (c.home = 1 AND c.customer = r.id))")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer <> r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id + 1)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.other)")]
    [InlineData("(SELECT max(c.at) FROM calls c, orders o WHERE o.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM orders o, calls c WHERE customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM orders o RIGHT JOIN calls c ON c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id) + (SELECT count(*) FROM calls)")]
    [InlineData("(SELECT max(at) FROM (SELECT at FROM calls UNION SELECT at FROM calls c WHERE c.customer = r.id))")]
    [InlineData("(SELECT max(c.at) FILTER (WHERE c.customer = r.id) FROM calls c)")]
    [InlineData("(SELECT sum(CASE WHEN c.x AND c.customer = r.id THEN 1 END) FROM calls c)")]
    [InlineData("(SELECT max(c.at) FROM calls c LEFT JOIN orders o ON c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE (c.home = 1 AND c.customer = r.id) = 0)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE (SELECT count(*) FROM orders WHERE c.customer = r.id) = 0)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE CASE WHEN c.home IS NULL AND c.customer = r.id AND c.at IS NOT NULL THEN 1 ELSE c.home = r.home END)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE CASE WHEN end THEN 1 AND c.customer = r.id AND 1 ELSE c.home = r.home END)")]
    [InlineData("(SELECT max(c.at) FROM calls c JOIN customers AS 'r' WHERE c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c JOIN customers 'r' WHERE c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c, (SELECT 1 AS id) 'r' WHERE c.customer = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE (SELECT 1 FROM orders WHERE 1 AND c.customer = r.id))")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE (c.customer = r.id OR c.home = 1))")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE f(c.customer = r.id))")]
    [InlineData("(SELECT max(m.at) FROM mails m WHERE customer = r.id AND 1 IN calls)")]
    [InlineData("CASE WHEN r.id IN calls THEN NULL ELSE r.at END")]
    [InlineData("CASE WHEN r.id IN (SELECT c.home FROM calls c) THEN NULL ELSE r.at END")]
    [InlineData("CASE WHEN r.id NOT IN (SELECT c.customer FROM calls c) THEN NULL ELSE r.at END")]
    [InlineData("CASE WHEN r.id IN (SELECT c.customer FROM calls c ORDER BY c.at LIMIT 1) THEN NULL ELSE r.at END")]
    [InlineData("CASE WHEN r.id IN (SELECT max(c.customer) FROM calls c) THEN NULL ELSE r.at END")]
    [InlineData("CASE WHEN (r.id IN (SELECT c.customer FROM calls c)) IS NULL THEN NULL ELSE r.at END")]
    public void Anything_else_may_ask_for_others_rows(string expression) =>
        OwnRowsText.AsksOnlyFor(expression, "calls", Customer).ShouldBeFalse();

    [Fact]
    public void What_loses_its_reference_is_seen_by_a_set_of_references() =>
        OwnRowsText.AsksOnlyFor("CASE WHEN r.id IN (SELECT c.customer FROM calls c) THEN NULL ELSE r.at END", "calls", Customer, isSevered: true).ShouldBeFalse();

    [Fact]
    public void Of_a_reference_of_two_columns_both_are_asked_for()
    {
        var on = new Dictionary<string, string> { ["shop"] = "shop", ["customer"] = "id" };
        OwnRowsText.AsksOnlyFor("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id AND c.shop = r.shop)", "calls", on).ShouldBeTrue();
        OwnRowsText.AsksOnlyFor("(SELECT max(c.at) FROM calls c WHERE c.customer = r.id)", "calls", on).ShouldBeFalse();
    }
}
