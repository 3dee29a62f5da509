using Gdpr.Relational.Mapping;

namespace Gdpr.Relational.Tests.Mapping;

/// <summary>Which tables an expression may ask, and whether for columns that it does not name.</summary>
public sealed class ExpressionTablesTests
{
    [Theory]
    [InlineData("(SELECT 1 FROM calls)")]
    [InlineData("(SELECT 1 FROM mails, calls)")]
    [InlineData("(SELECT 1 FROM r.calls)")]
    [InlineData("(SELECT 1 FROM mails m, r.calls)")]
    [InlineData("(SELECT 1 FROM 'calls')")]
    [InlineData("CASE WHEN r.id IN calls THEN 1 END")]
    [InlineData("CASE WHEN r.id IN 'calls' THEN 1 END")]
    public void A_table_may_be_named(string expression) => ExpressionText.MayNameTable(expression, "calls").ShouldBeTrue();

    [Theory]
    [InlineData("coalesce(calls, 0)")]
    [InlineData("CASE WHEN r.calls = 0 THEN 1 ELSE (SELECT max(m.at) FROM mails m) END")]
    [InlineData("(SELECT max(m.at, r.calls) FROM mails m WHERE m.id = j0.calls)")]
    public void A_column_of_the_record_is_no_table(string expression) => ExpressionText.MayNameTable(expression, "calls").ShouldBeFalse();

    [Theory]
    [InlineData("CASE WHEN r.id IN lived THEN 1 END")]
    [InlineData("CASE WHEN r.id IN 'lived' THEN 1 END")]
    [InlineData("(SELECT 1 FROM lived NATURAL JOIN places p WHERE p.id = r.id)")]
    [InlineData("(SELECT 1 FROM places p JOIN lived USING ('home'))")]
    [InlineData("(SELECT * FROM lived)")]
    [InlineData("(SELECT DISTINCT * FROM lived)")]
    [InlineData("(SELECT max(x.h) FROM (SELECT 1, l.* FROM lived l) x)")]
    [InlineData("EXISTS (SELECT * FROM lived EXCEPT SELECT * FROM places)")]
    [InlineData("CASE WHEN r.id IN (TABLE lived) THEN 1 END")]
    [InlineData("(SELECT max(l::text) FROM lived l)")]
    [InlineData("(SELECT count(l) FROM lived AS l)")]
    [InlineData("(SELECT max(lived::text) FROM lived)")]
    [InlineData("(SELECT max(h) FROM lived AS l(h))")]
    [InlineData("(SELECT to_jsonb(l) ->> 'home' FROM lived l)")]
    public void Rows_may_be_used_whole(string expression) => ExpressionText.MayUseRows(expression, "lived").ShouldBeTrue();

    [Theory]
    [InlineData("(SELECT count(*) FROM lived l WHERE l.home = r.id)")]
    [InlineData("(SELECT max(l.at * 86400) FROM lived l, places p WHERE l.home = r.id)")]
    [InlineData("EXISTS (SELECT * FROM lived l WHERE l.home = r.id)")]
    [InlineData("(SELECT lived.at FROM main.lived WHERE lived.home = r.id ORDER BY lived.at LIMIT 1)")]
    [InlineData("CASE WHEN r.id IN (SELECT l.home FROM lived l) AND r.kind IN ('a') THEN 1 END")]
    public void Columns_may_be_named_one_by_one(string expression) => ExpressionText.MayUseRows(expression, "lived").ShouldBeFalse();
}
