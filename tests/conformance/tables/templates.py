"""Templates: Velocity and Mustache, what they see, what they make, and where they fail."""

import json

from tests.conformance.wire import Case, Sent, get

BODY = (
    '{"a":{"b":"x<y"},"l":[{"n":1},{"n":2.0,"s":"q"}],"k":[1,"a",null],"z":0,"s":"","t":true,"u":null,"d":1.0}'
)
ASKED = Sent(
    "/x/a%20b?q=1&q=2&z=%C3%A9",
    "POST",
    (("X-A", "1"), ("Cookie", "c=d; e=f"), ("Content-Type", "application/json")),
    BODY.encode(),
)
MATCHED = {"path": "/x/{id}", "pathParameters": {"id": [".*"]}}


def template(kind, name, text, *requests, request=None, **more):
    action = {"templateType": kind, "template": text} | more
    return Case(
        f"{kind}: {name}",
        {"httpRequest": request or MATCHED, "httpResponseTemplate": action},
        requests or (ASKED,),
    )


def velocity(inside, *requests, request=None):
    return template("VELOCITY", inside, '{"body":"' + inside + '"}', *requests, request=request)


def mustache(inside, *requests):
    return template("MUSTACHE", inside, '{"body":"' + inside + '"}', *requests)


def whole(name, text, *requests):
    return template("VELOCITY", f"whole: {name}", text, *requests)


VELOCITY = [
    "$request.method $request.path ${request.method}x $!request.method", "$request.getMethod() $request.getPath()",
    "$request.pathParameters $request.pathParameters.id[0] $request.pathParameters.id.get(0)",
    "$request.queryStringParameters.q $request.queryStringParameters.q[1] $request.queryStringParameters.get('z')[0]",
    "$request.headers.get('x-a').get(0) $request.headers['X-A'][0] $!request.headers.nope|",
    "$request.headers.containsKey('cookie') $request.headers.isEmpty()",
    "$request.cookies.c $request.cookies.get('e') $request.cookies", "$request.body.length() $request.bodyAsString.length()",
    "$request.secure $request.keepAlive", "$nope $!nope|$!{nope}|${nope} $nope.foo() $!nope.foo()|",
    "$request.method.foo ${request.method.foo} $!request.method.foo| $request.path.nope()",
    "\\\\$request.method \\\\$nope \\\\\\\\$request.method \\\\#if(true)", "$request.method# #foo #foo() $5 $ # $$request.method",
    "#if(1==1)yes#{else}no#end", "#if($nope)a#elseif(!$nope && 1 < 2)b#else c#end",
    "1 #if(1 == 1.0)a#end#if('1'==1)b#end#if('a'<'b')c#end#if([])d#end#if(0)e#end#if('')f#end#if('false')g#end",
    "#if(!$nope)a#end#if($request && $nope)b#end#if($nope || true)c#end#if(not false)d#end#if(1 ne 2)e#end#if(2 ge 2)f#end",
    "#foreach($i in [1..3])$i#if($foreach.hasNext),#end#end", "#foreach($x in [])a#{else}empty#end",
    "#foreach($x in [1..9])$x#if($x==3)#break#end#end.", "#foreach($i in {'a':1,'b':2})$i#end",
    "#foreach($a in [1,2])#foreach($b in [1,2])$foreach.parent.index$foreach.index $foreach.count;#end#end",
    "#foreach($q in $request.queryStringParameters.q)$q $foreach.first $foreach.last;#end",
    "#foreach($e in $request.cookies.entrySet())$e.key=$e.value;#end",
    "#set($a=5)$a #set($b=\"$a-$request.method\")$b #set($c='$a')$c", "#set($x=$nope)$!x|#set($x=5)#set($x=$nope)$!x|",
    "#set($x=1+2*3)$x #set($y=7/2)$y #set($z=7%2)$z #set($w=1.5+1)$w #set($s='a'+1)$s #set($n=1/0)$!n| #set($m=-7/2)$m",
    "#set($d=1.50)$d #set($e=10000000000)$e #set($f=1e3)$f #set($g=10000000.0)$g #set($h=2147483647+1)$h",
    "#set($l=[1,'b'])$l.size() $l $l[1] #set($m={'a':1})$m.a $m #set($m.b=2)$m #set($l[0]=3)$l", "#set($l=[])#set($d=$l.add(1))$l $l.add(2) $l",
    "#set($a=[1..3])$a #set($r=[3..1])$r", "a #* c *# b #[[ $x #if ]]#", "#ifnull($request.nope)none#end#ifnull($request.method)none#end",
    "#evaluate('$request.method')", "#define($d)D$request.method#end$d", "${nope|'def'} ${request.method|'def'}",
    "x #if(true)y#end z", "#macro(mine $a)[$a]#end#mine(5)#mine('x')",
    "$request.path.substring(1,2) $request.path.toUpperCase() $request.path.split('/') $request.path.split('/')[1] $request.path.replace('x','y')",
    "$request.path.contains('x') $request.path.indexOf('x') $request.path.startsWith('/') $request.path.endsWith('b') $request.path.length()",
    "$request.path.replaceAll('[a-z]','-') $request.path.matches('/.*') $request.method.equals('POST') $request.method.concat('!') $request.method.charAt(0)",
    "$request.path.substring(1,99)", "$strings.uppercase('ab') $strings.lowercase('AB') $strings.capitalize('aBC') $strings.trim(' a ')|",
    "$strings.substringBefore('a-b-c','-') $strings.substringAfter('a-b-c','-') $strings.substringBefore('abc','-') $strings.substringAfter('abc','-')|",
    "$strings.urlEncode('a b&é') $strings.urlDecode('a+b%20c') $strings.base64Encode('ab') $strings.base64Decode('YWI=') $strings.nope('a')",
    "$strings.length('abc') $strings.contains('ab','a') $strings.replace('aa','a','b')", "$strings.base64Decode('%%')",
    "$calc.randomInt(5,5) $calc.min(1,2) $calc.max(1,2) $calc.ceil(1.2) $calc.floor(1.8) $calc.abs(-1.5) $calc.abs(-2) $calc.round(2.5,0) $calc.round(1.255,2)",
    "$calc.format(1234.5,'#,##0.00') $calc.format(2.0,'0.0') $calc.format(0.256,'0%') $calc.round(1.5) $calc.abs('a')", "$calc.randomDouble(1.0,1.0)",
    "$crypto.md5('a') $crypto.sha1('a') $crypto.sha256('a') $crypto.hmacSha256('a','k')", "$html.escape('<é&>') $html.unescape('&lt;&eacute;')",
    "$regex.replaceAll('aXbX','X','-') $regex.group('abc','(b)(c)',2) $regex.group('abc','z',0)| $regex.matches('abc','b') $regex.matches('abc','z')",
    "$csv.parse('a,b').get(0).get(1) $csv.row(['a','b c'])", "$xpath.evaluate('<a><b>1</b></a>','//b') $xpath.evaluate('x','//b')|",
    "$scenario.get('mine') $scenario.set('mine','y')| $scenario.get('mine') $scenario.matches('mine','y')",
    "$jsonTransform.size('[1,2]') $jsonTransform.remove('{}','a') $jsonTransform.merge('{}','{}') $jsonTransform.arrayAdd('[1]','2') $jsonTransform.sort('[2,1]','a')",
    "$yaml.parse('a: 1','a') $yaml.parse('a: b','a') $yaml.parse('a: 1','b')|", "$dates.format('nope')",
    "$math.add(1.5,1) $math.mul(2,3) $math.sub(5,2) $math.div(7,2) $math.div(6,2) $math.round(1.5) $math.roundTo(2,1.257) $math.max(1,2) $math.min(1,2) $math.abs(-1)",
    "$math.toInteger('5') $math.toDouble('5') $math.pow(2,3) $math.ceil(1.2) $math.floor(1.8) $math.mod(7,3) $math.idiv(7,2) $math.toNumber('1.5') $math.nope(1)",
    "$number.format('#0.00',1.5) $number.integer(5.4) $number.number(1234.5) $number.percent(0.5) $number.format('0000',7)",
    "$display.truncate('abcdefghijkl',5) $display.alt($nope,'x') $display.plural(2,'cat') $display.uncapitalize('ABC') $display.capitalize('ab') $display.space(2)|",
    "$display.list([1,2,3]) $display.list([1,2],';') $display.cell('abc',5)| $display.message('{0}x',1) $display.stripTags('<a>b</a>')",
    "$esc.html('é<') $esc.xml('<') $esc.url('a b') $esc.unurl('a+b') $esc.sql('x') $esc.d $esc.h $esc.nope('x')", "$collection.sort([3,1,2]) $collection.split('a,b')",
    "$!jsonPath.find('$.k[0]') $jsonPath.find('$.k[1]') $!jsonPath.find('$.k[2]')|$jsonPath.find('$.nope')|$jsonPath.find('$..n') $jsonPath.find('$.l[1].n')",
    "#foreach($i in $jsonPath.find('$.l'))$i.n;#end $jsonPath.find('$.l').size() $jsonPath.find('$.k.length()') $jsonPath.find('$.a.b')",
    "$xPath.find('//a')|", "$json.parse('[1,2]').size()", "$now_epoch.nope $faker.nope().x() $uuid.length()", "$request.jsonRpcMethod $!request.jsonRpcId|",
    "a\n  #if(true)\n  b\n  #else\n  c\n  #end\n  d\n  #set($q=1)\n  $q\n#foreach($i in [1,2])\n $i\n#end\n## comment\nz ## comment\n  #if(false)x#end\ne",
    "x #if(true)y#end\nz", "x #if(true)\ny\n#end\nz", "x #set($a=1)\nz", "a\n  #set($a=1) z\nb", "a\n  #if(true)q#else r #end  \nz", "a\n $request.method\n  $!nope\nb",
    "\n #foreach($i in [1,2])$i #end \nz", "#if(true) #set($q=1) #end|",
]  # fmt: skip
MUSTACHE = [
    "{{request.method}} {{ request.path }}", "{{request.queryStringParameters.q.0}} {{request.queryStringParameters.q}} {{{request.queryStringParameters.z}}}",
    "{{request.headers.X-A.0}} {{request.headers.x-a.0}}", "{{request.cookies.c}} {{request.pathParameters.id.0}}", "{{nope}}|{{{nope}}}|{{request.nope}}|{{a.b.c}}",
    "{{#request.cookies.entrySet}}{{key}}={{value}};{{/request.cookies.entrySet}}",
    "{{#request.queryStringParameters.q}}[{{.}}/{{this}}/{{-index}}/{{-first}}/{{-last}}]{{/request.queryStringParameters.q}}",
    "{{^nope}}inv{{/nope}}{{^request.method}}no{{/request.method}}", "{{#request.method}}in {{.}}{{/request.method}}", "{{! comment }}x",
    "{{=<% %>=}}<%request.method%>", "{{#jsonPath}}$.a.b{{/jsonPath}}{{jsonPathResult}} {{{jsonPathResult}}} {{&jsonPathResult}}",
    "{{#jsonPath}}$.l{{/jsonPath}}{{#jsonPathResult}}{{n}},{{/jsonPathResult}}", "{{#jsonPath}}$.d{{/jsonPath}}{{jsonPathResult}}",
    "{{#jsonPath}}$.z{{/jsonPath}}{{#jsonPathResult}}yes{{/jsonPathResult}}{{^jsonPathResult}}no{{/jsonPathResult}}",
    "{{#jsonPath}}$.s{{/jsonPath}}{{#jsonPathResult}}yes{{/jsonPathResult}}{{^jsonPathResult}}no{{/jsonPathResult}}",
    "{{#jsonPath}}$.t{{/jsonPath}}{{#jsonPathResult}}yes{{/jsonPathResult}}{{^jsonPathResult}}no{{/jsonPathResult}}",
    "{{#jsonPath}}$.a{{/jsonPath}}{{jsonPathResult}} {{#jsonPathResult}}{{b}}{{/jsonPathResult}}", "{{#jsonPath}}$.nope{{/jsonPath}}{{jsonPathResult}}|", "{{#xPath}}//a{{/xPath}}|",
    "{{strings}} {{#strings.uppercase}}abc{{/strings.uppercase}}|", "{{#scenario.get}}x{{/scenario.get}}", "{{>p}}", "{{#open}}", "{{/close}}",
    "{{request.secure}} {{request.keepAlive}} {{request.pathGroups}}", "{{request.headers.size}}|{{request.method.length}} {{request.path.isEmpty}}", "{{request.body.length}}",
    "a\n  {{#request.method}}\n  yes\n  {{/request.method}}\n  {{! c }}\n  {{request.method}}\n e", "{{{request.body}}}",
]  # fmt: skip
RPC = Sent("/x/1", "POST", body=json.dumps({"jsonrpc": "2.0", "method": "m", "id": 7}).encode())
XML = Sent("/x/1", "POST", (("Content-Type", "application/xml"),), b"<a><b>1</b></a>")
PLAIN = Sent("/x/1", "POST", (("Content-Type", "text/plain; charset=utf-8"),), "plain é".encode())
BINARY = Sent("/x/1", "POST", (("Content-Type", "image/png"),), b"\x01\x02")
GROUPS = {"path": "/x/(\\d+)/(?<nm>[a-z]+)"}
CASES = [
    *map(velocity, VELOCITY),
    *map(mustache, MUSTACHE),
    velocity("$request.pathGroups $request.pathGroups[1] $request.namedPathGroups.nm", get("/x/12/ab"), request=GROUPS),
    velocity("$request.jsonRpcMethod $request.jsonRpcId", RPC),
    velocity("$xPath.find('//b') $xPath.find('//c')|", XML),
    velocity("$request.body", PLAIN, BINARY, get("/x/1")),
    mustache("{{#xPath}}//b{{/xPath}}", XML),
    whole("everything", """{
  "body": {"v": "x"},
#set($a = 1)
  #if($a == 1)
  "statusCode": 201,
  #else
  "statusCode": 202,
  #end
## comment
  "headers": {"X": ["$a"]}, "cookies": {"c": "d"}, "reasonPhrase": "R"
}"""),
    whole("status as text", '{"statusCode": "201"}'), whole("unknown field", '{"foo": 1}'), whole("no JSON", "plain"),
    whole("nothing", ""), whole("single quotes", "{'statusCode': 201}"), whole("names without quotes", "{statusCode: 201,}"),
    whole("more after it", '{"body": "a"} more'), whole("a list", "[1]"), whole("broken", '{"statusCode": 200, "body": "#if("}'),
    whole("own delay", '{"delay": {"timeUnit": "MILLISECONDS", "value": 1}, "body": "a"}'),
    template("VELOCITY", "override is left out", '{"statusCode": 201, "headers": {"a": ["1"]}}', responseOverride={"statusCode": 202}),
    template("VELOCITY", "modifier is left out", '{"statusCode": 201}', responseModifier={"headers": {"add": {"d": ["4"]}}}),
    Case("delay: template", {"httpResponse": {"body": "a", "delay": {
        "timeUnit": "MILLISECONDS", "template": "$request.queryStringParameters.d[0]", "templateType": "VELOCITY"}}},
        (get("/?d=5"), get("/?d=x"), get("/"))),
]  # fmt: skip
