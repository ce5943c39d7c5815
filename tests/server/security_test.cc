// security_test.cc
// Copyright 2026 The varjoin authors. SPDX-License-Identifier: Apache-2.0
//
// What others must not get: other pages in the same browser, other people on the same machine, and questions that are
// made to harm.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <mutex>

#include "base/text.h"
#include "running_server.h"
#include "server/http_client.h"

namespace varjoin::test {

using namespace std::string_literals;
namespace {

/// A connection of IPv4 to a port of this machine.
class Connection {
 public:
  explicit Connection(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Connection() { Close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Close() {
    if (socket_ >= 0) {
      close(socket_);
      socket_ = -1;
    }
  }

  /// False: the other end has closed it.
  bool Send(std::string_view text) const { return send(socket_, text.data(), text.size(), MSG_NOSIGNAL) >= 0; }

  /// All that comes until the other end closes.
  std::string Receive() const {
    std::string text;
    char buffer[4096];
    for (ssize_t got = 1; got > 0;) {
      got = recv(socket_, buffer, sizeof buffer, 0);
      text.append(buffer, got > 0 ? static_cast<size_t>(got) : 0);
    }
    return text;
  }

  int socket() const { return socket_; }

 private:
  static int socket(int family, int type, int protocol) { return ::socket(family, type, protocol); }
  int socket_;
};

class Attacks : public testing::Test {
 protected:
  Attacks() {
    WriteParquet(secret_, "SELECT 'secret' AS chrom, 1::BIGINT AS \"start\"");
    std::filesystem::create_symlink(secret_, folder_ + "/link.parquet");
    std::filesystem::create_directory_symlink(bench_.home(), folder_ + "/out");
    std::filesystem::create_symlink(folder_ + "/in.parquet", folder_ + "/inside.parquet");
    bench_.Write("open/notes.txt", "text");
  }

  static std::string MadeFolder(const Workbench& bench) {
    std::filesystem::create_directories(bench.Path("open"));
    std::filesystem::create_directories(bench.home());
    WriteParquet(bench.Path("open/in.parquet"),
                 "SELECT 'chr1' AS chrom, i AS \"start\", 'A' AS ref, 'G' AS alt, "
                 "'x' AS \"text\" FROM range(1000) t(i)");
    return bench.Path("open");
  }

  /// A request in bytes; what comes back, or "" where the connection was just closed.
  std::string Raw(const std::string& request, bool is_whole = true) const {
    const Connection connection(server_.port());
    connection.Send(request);
    if (!is_whole) {
      shutdown(connection.socket(), SHUT_WR);
    }
    return connection.Receive();
  }

  int StatusOf(const httplib::Result& result) const { return result ? result->status : 0; }
  std::string Host() const { return "127.0.0.1:" + std::to_string(server_.port()); }

  /// That the server still answers as it should.
  void ExpectWell() const {
    EXPECT_EQ(server_.Ask("/api/count", {{"file", folder_ + "/in.parquet"}}).value("count", 0), 1000);
  }

  const Workbench bench_;
  const std::string folder_ = MadeFolder(bench_);
  const std::string secret_ = bench_.home() + "/secret.parquet";
  const RunningServer server_{{.places = {folder_}, .home = bench_.home()}};
};

TEST_F(Attacks, NobodyGetsInWithoutTheToken) {
  auto client = server_.Client();
  for (const char* const path :
       {"/", "/app.js", "/api/state", "/api/openapi.json", "/nothing", "/?token=", "/?token=0", "/api/state?token=x"}) {
    const auto result = client.Get(path);
    ASSERT_TRUE(result) << path;
    EXPECT_EQ(result->status, 401) << path;
    EXPECT_EQ(result->get_header_value("Set-Cookie"), "") << path;
  }
  std::string almost = server_.Address();
  almost.back() = almost.back() == '0' ? '1' : '0';
  EXPECT_EQ(StatusOf(client.Get(almost)), 401);
  EXPECT_EQ(StatusOf(client.Get("/api/state", {{"Cookie", server_.cookie() + "0"}})), 401);
  EXPECT_EQ(StatusOf(client.Get("/api/state", {{"Cookie", "varjoin=1; x" + server_.cookie()}})), 401);
  // The token is no cookie, and no other address takes it.
  const std::string token = server_.Address().substr(8);
  const std::string name = server_.cookie().substr(0, server_.cookie().find('=') + 1);
  EXPECT_EQ(StatusOf(client.Get("/api/state", {{"Cookie", name + token}})), 401);
  EXPECT_EQ(StatusOf(client.Get("/api/state?token=" + token)), 401);
  EXPECT_EQ(StatusOf(client.Get("/api/state", {{"Cookie", "a=b; " + server_.cookie()}})), 200);
}

TEST_F(Attacks, TheCookieAndThePageAreKeptFromOtherPages) {
  const auto welcome = server_.Client().Get(server_.Address());
  ASSERT_TRUE(welcome);
  EXPECT_THAT(welcome->get_header_value("Set-Cookie"),
              testing::AllOf(testing::HasSubstr("HttpOnly"), testing::HasSubstr("SameSite=Strict")));
  EXPECT_THAT(welcome->body, testing::Not(testing::HasSubstr("token")));
  for (const char* const path : {"/", "/app.js", "/api/state", "/nothing", "/api/file"}) {
    const auto result = server_.Client().Get(path, server_.Headers());
    ASSERT_TRUE(result) << path;
    EXPECT_THAT(result->get_header_value("Content-Security-Policy"), testing::HasSubstr("default-src 'none'")) << path;
    EXPECT_THAT(result->get_header_value("Content-Security-Policy"), testing::Not(testing::HasSubstr("unsafe")))
        << path;
    EXPECT_EQ(result->get_header_value("X-Content-Type-Options"), "nosniff") << path;
    EXPECT_EQ(result->get_header_value("Cross-Origin-Resource-Policy"), "same-origin") << path;
    EXPECT_EQ(result->get_header_value("Access-Control-Allow-Origin"), "") << path;
  }
}

TEST_F(Attacks, OtherOriginsAndForgedHostsAreRefused) {
  auto client = server_.Client();
  const std::vector<std::pair<httplib::Headers, int>> cases = {
      {{{"Origin", "http://evil.example"}}, 403},
      {{{"Origin", "null"}}, 403},
      {{{"Origin", "http://127.0.0.1"}}, 403},
      {{{"Origin", "https://" + Host()}}, 403},
      {{{"Origin", "http://" + Host()}}, 200},
      {{{"Host", "evil.example"}}, 403},
      {{{"Host", "evil.example:" + std::to_string(server_.port())}}, 403},
      {{{"Host", "127.0.0.1.evil.example:" + std::to_string(server_.port())}}, 403},
      {{{"Host", "127.0.0.1"}}, 403},
      {{{"Host", "localhost:" + std::to_string(server_.port())}}, 200}};
  for (const auto& [headers, status] : cases) {
    httplib::Headers all = server_.Headers();
    all.insert(headers.begin(), headers.end());
    EXPECT_EQ(StatusOf(client.Get("/api/state", all)), status) << headers.begin()->second;
  }
  const std::string cookie = "Cookie: " + server_.cookie() + "\r\n";
  EXPECT_THAT(Raw("GET /api/state HTTP/1.1\r\n" + cookie + "\r\n"), testing::HasSubstr("403"));
  EXPECT_THAT(Raw("GET /api/state HTTP/1.1\r\nHost: " + Host() + "\r\nHost: evil.example\r\n" + cookie + "\r\n"),
              testing::HasSubstr("403"));
}

TEST_F(Attacks, OnlyItsOwnPageCanPost) {
  auto client = server_.Client();
  const std::string question = Json{{"file", folder_ + "/in.parquet"}}.dump();
  for (const char* const type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                                 "text/plain;application/json", "application/jsonx"}) {
    EXPECT_EQ(StatusOf(client.Post("/api/count", server_.Headers(), question, type)), 415) << type;
  }
  for (const char* const method : {"PUT", "DELETE", "PATCH", "OPTIONS"}) {
    const std::string answer = Raw(std::string(method) + " /api/count HTTP/1.1\r\nHost: " + Host() +
                                   "\r\nCookie: " + server_.cookie() + "\r\nContent-Length: 0\r\n\r\n");
    EXPECT_THAT(answer, testing::HasSubstr(" 405 ")) << method;
  }
  ExpectWell();
}

TEST_F(Attacks, NoFileOutsideIsRead) {
  const std::string encoded = ReplaceAll(folder_ + "/../../home/secret.parquet", "..", "%2e%2e");
  for (const std::string& path : {secret_,
                                  folder_ + "/../../home/secret.parquet",
                                  folder_ + "/link.parquet",
                                  folder_ + "/out/secret.parquet",
                                  folder_ + "/notes.txt",
                                  encoded,
                                  std::string("/etc/passwd"),
                                  std::string("in.parquet"),
                                  std::string("./in.parquet"),
                                  std::string(),
                                  folder_,
                                  folder_ + "/",
                                  folder_ + "/*.parquet",
                                  folder_ + "/nothing.parquet",
                                  folder_ + "x/in.parquet",
                                  std::string("file://") + folder_ + "/in.parquet",
                                  std::string("https://localhost/x.parquet"),
                                  std::string("s3://x/y.parquet"),
                                  folder_ + "/in.parquet'",
                                  folder_ + std::string("/in.parquet\0.parquet", 20),
                                  std::string(6000, 'x'),
                                  "/dev/stdin.parquet"s}) {
    const Json by_get = server_.Get("/api/file", {{"file", path}});
    const Json by_post = server_.Ask("/api/variants", {{"file", path}});
    EXPECT_EQ(by_get.value("status", 0), 400) << path << by_get;
    EXPECT_EQ(by_post.value("status", 0), 400) << path << by_post;
    EXPECT_THAT(by_post.dump(), testing::Not(testing::HasSubstr("secret\""))) << path;
    EXPECT_EQ(by_post.value("error", ""), "this is no Parquet file in the folders that varjoin ui was started with");
  }
  for (const char* const path :
       {"/../etc/passwd", "/%2e%2e/etc/passwd", "/app.js/../../x", "//etc/passwd", "/..%2fapp.js"}) {
    EXPECT_EQ(StatusOf(server_.Client().Get(path, server_.Headers())), 404) << path;
  }
  EXPECT_EQ(server_.Get("/api/file", {{"file", folder_ + "/inside.parquet"}}).value("rows", 0), 1000);
  EXPECT_EQ(server_.Get("/api/state").at("files").size(), 1);
}

TEST_F(Attacks, SqlInAnyFieldIsOnlyText) {
  const std::string file = folder_ + "/in.parquet";
  for (const std::string& text :
       {"'; DROP TABLE x; --"s, "x') UNION SELECT * FROM read_text('/etc/passwd') --"s, "\" OR 1=1 --"s, "1; SELECT 1"s,
        "?"s, "$1"s, "'' OR ''=''"s, "(SELECT 1)"s, "\\'; --"s, "chr1' OR 'a'='a"s}) {
    const std::vector<std::pair<const char*, Json>> questions = {
        {"/api/variants", {{"columns", {text}}}},
        {"/api/variants", {{"sort", {{{"column", text}}}}}},
        {"/api/variants", {{"sort", {{{"column", "start"}, {"descending", text}}}}, {"limit", text}}},
        {"/api/variants", {{"offset", text}}},
        {"/api/count", {{"filter", {{{"column", text}, {"is", "missing"}}}}}},
        {"/api/count", {{"filter", {{{"column", "chrom"}, {"is", text}}}}}},
        {"/api/count", {{"filter", {{{"column", "start"}, {"is", "equal"}, {"value", text}}}}}},
        {"/api/count", {{"filter", {{{"region", text}}}}}},
        {"/api/distribution", {{"column", text}}},
        {"/api/variant", {{"row", text}}}};
    for (const auto& [path, question] : questions) {
      Json asked = question;
      asked["file"] = file;
      EXPECT_EQ(server_.Ask(path, asked).value("status", 0), 400) << path << asked;
    }
    for (const char* const is : {"equal", "contains"}) {
      const Json filter = {{{"column", "chrom"}, {"is", is}, {"value", text}}};
      EXPECT_EQ(server_.Ask("/api/count", {{"file", file}, {"filter", filter}}).value("count", -1), 0) << text;
    }
    EXPECT_EQ(server_.Ask("/api/count", {{"file", file}, {"version", text}}).value("status", 0), 409) << text;
  }
  ExpectWell();
}

TEST_F(Attacks, QuestionsThatAreNoneAreRefused) {
  for (const std::string& body : {""s, "{"s, "[]"s, "7"s, "null"s, "\"x\""s, std::string(100'000, '['),
                                  "{\"file\": 7}"s, "{\"file\": {\"a\": 1}}"s, "\xff\xfe"s}) {
    const auto result = server_.Client().Post("/api/count", server_.Headers(), body, "application/json");
    EXPECT_EQ(StatusOf(result), 400) << body.substr(0, 20);
  }
  EXPECT_EQ(StatusOf(server_.Client().Get("/" + std::string(9000, 'a'), server_.Headers())), 414);
  for (const std::string& request : {"\r\n\r\n"s, "GET\r\n\r\n"s, "GET / HTTP/9\r\n\r\n"s, std::string(20'000, 'x'),
                                     "GET / HTTP/1.1\r\n" + std::string(20'000, 'x') + "\r\n\r\n", "\x16\x03\x01"s}) {
    EXPECT_THAT(Raw(request, false), testing::Not(testing::HasSubstr(" 200 "))) << request.substr(0, 20);
  }
  ExpectWell();
}

TEST_F(Attacks, QuestionsNestedWithoutEndAreRefused) {
  const std::string file = Json(folder_ + "/in.parquet").dump();
  for (const int depth : {20, 100'000}) {
    const std::string deep = std::string(depth, '[') + std::string(depth, ']');
    const std::string body =
        R"({"file": )" + file + R"(, "filter": [{"column": "start", "is": "equal", "value": )" + deep + "}]}";
    EXPECT_EQ(StatusOf(server_.Client().Post("/api/count", server_.Headers(), body, "application/json")), 400);
  }
  ExpectWell();
}

TEST_F(Attacks, ALargeBodyIsRefusedBeforeItIsRead) {
  const std::string head = "POST /api/count HTTP/1.1\r\nHost: " + Host() + "\r\nContent-Type: application/json\r\n";
  for (const std::string& more :
       {"Cookie: " + server_.cookie() + "\r\nContent-Length: 1000000000\r\n\r\n",
        "Cookie: " + server_.cookie() + "\r\nTransfer-Encoding: chunked\r\n\r\n", "Content-Length: 1000000000\r\n\r\n"s,
        "Cookie: " + server_.cookie() + "\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "Cookie: " + server_.cookie() + "\r\nContent-Length: -1\r\n\r\n"}) {
    const Connection connection(server_.port());
    connection.Send(head + more);
    const std::string answer = connection.Receive();  // not a byte of the body was sent
    EXPECT_THAT(answer, testing::AnyOf(testing::HasSubstr(" 413 "), testing::HasSubstr(" 401 "))) << more;
  }
  {
    const Connection connection(server_.port());
    connection.Send(head + "Cookie: " + server_.cookie() + "\r\nContent-Length: 1000000000\r\n\r\n");
    const std::string part(1 << 20, 'x');
    int sent = 0;
    while (sent < 1000 && connection.Send(part)) {
      ++sent;
    }
    EXPECT_LT(sent, 1000);
  }
  ExpectWell();
}

TEST_F(Attacks, AThousandQuestionsAtOnceAreAllAnswered) {
  std::mutex mutex;
  std::map<std::string, int> outcomes;
  std::vector<std::thread> threads;
  for (int i = 0; i < 50; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) {
        auto client = server_.Client();
        const auto result = client.Post(
            "/api/count", server_.Headers(),
            Json{{"file", folder_ + "/in.parquet"}, {"filter", {{{"column", "start"}, {"is", "less"}, {"value", n}}}}}
                .dump(),
            "application/json");
        const bool right = result && result->status == 200 && Json::parse(result->body).at("count") == n;
        const std::lock_guard lock(mutex);
        ++outcomes[right                             ? "right"
                   : result && result->status == 503 ? "refused"
                   : result                          ? std::to_string(result->status) + ": " + result->body
                                                     : httplib::to_string(result.error())];
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(outcomes["right"] + outcomes["refused"], 1000) << testing::PrintToString(outcomes);
  EXPECT_GT(outcomes["right"], 0);
  ExpectWell();
}

TEST_F(Attacks, SlowReadersAndSilentOnesKeepNobodyOut) {
  std::vector<std::unique_ptr<Connection>> idle;
  for (int i = 0; i < 40; ++i) {  // more than there are threads
    idle.push_back(std::make_unique<Connection>(server_.port()));
    idle.back()->Send(
        i % 2 == 0 ? "" : "GET /app.js HTTP/1.1\r\nHost: " + Host() + "\r\nCookie: " + server_.cookie() + "\r\n\r\n");
  }
  auto client = server_.Client();
  EXPECT_EQ(StatusOf(client.Get("/api/state", server_.Headers())), 200);
}

TEST_F(Attacks, AServerThatEndsLetsGoOfItsQuestions) {
  RunningServer other({.places = {folder_}, .home = bench_.home()});
  const Connection silent(other.port());
  EXPECT_EQ(other.Get("/api/state").at("files").size(), 1);
}  // the destructor comes back

TEST(Deadline, AQuestionThatTakesTooLongIsStopped) {
  const Workbench bench;
  WriteParquet(bench.Path("many.parquet"), "SELECT 'chr1' AS chrom, i AS \"start\" FROM range(300000) t(i)");
  const RunningServer server({.places = {bench.Path("many.parquet")}, .home = bench.home(), .most_seconds = 0});
  const Json refused = server.Get("/api/file", {{"file", bench.Path("many.parquet")}});
  EXPECT_EQ(refused.value("status", 0), 504) << refused;
  EXPECT_THAT(refused.value("error", ""), testing::HasSubstr("took too long"));
}

TEST_F(Attacks, AnswersAreNotPacked) {  // which takes seconds for the script
  for (const char* const path : {"/app.js", "/api/state"}) {
    httplib::Headers headers = server_.Headers();
    headers.emplace("Accept-Encoding", "gzip, deflate, br");
    const auto result = server_.Client().Get(path, headers);
    ASSERT_EQ(StatusOf(result), 200) << path;
    EXPECT_EQ(result->get_header_value("Content-Encoding"), "") << path;
  }
}

TEST_F(Attacks, ThePageIsPartOfTheProgramAndNamesNothingElse) {
  const auto page = server_.Client().Get("/", server_.Headers());
  ASSERT_EQ(StatusOf(page), 200);
  EXPECT_THAT(page->body, testing::Not(testing::HasSubstr("://")));
  for (const char* const file : {"/app.js", "/app.css"}) {
    EXPECT_EQ(StatusOf(server_.Client().Get(file, server_.Headers())), 200) << file;
  }
  if (page->body.find("without its page") != std::string::npos) {
    GTEST_SKIP() << "the page was not built: tools/setup";
  }
  EXPECT_THAT(page->body, testing::AllOf(testing::HasSubstr("/app.js"), testing::HasSubstr("/app.css")));
  EXPECT_GT(server_.Client().Get("/app.js", server_.Headers())->body.size(), 100'000);
}

TEST(HttpClient, SeesThatTheTabIsGone) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  const int port = ntohs(address.sin_port);
  Connection browser(port);
  sockaddr_in peer{};
  const int accepted = accept(listener, reinterpret_cast<sockaddr*>(&peer), &size);
  const server::HttpClient client(port, ntohs(peer.sin_port));
  EXPECT_FALSE(client.IsGone());
  browser.Send("x");
  EXPECT_FALSE(client.IsGone());
  browser.Close();
  for (int i = 0; i < 1000 && !client.IsGone(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_TRUE(client.IsGone());
  close(accepted);
  close(listener);
}

TEST(Server, RefusesPlacesThatAreNoneAndPortsThatAreTaken) {
  const Workbench bench;
  bench.Write("person.vcf", "##fileformat=VCFv4.3\n");
  const auto error = [&](const std::vector<std::string>& places, int port = 0) {
    const auto opened =
        server::Server::Open({.places = places, .port = port, .home = bench.home(), .memory_limit = "100MB"});
    return opened.ok() ? "" : opened.status().message();
  };
  EXPECT_THAT(error({bench.Path("nothing.parquet")}), testing::HasSubstr("nothing.parquet"));
  EXPECT_THAT(error({bench.Path("person.vcf")}), testing::HasSubstr("varjoin convert"));
  const RunningServer running({.places = {bench.work()}, .home = bench.home()});
  EXPECT_THAT(error({bench.work()}, running.port()), testing::HasSubstr("is taken"));
}

}  // namespace
}  // namespace varjoin::test
